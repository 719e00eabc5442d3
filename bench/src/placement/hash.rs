//! Where a conversation is: jump consistent hashing (Lamping and Veach, 2014), which moves the fewest when a shard is
//! added.

/// The shard, from 0, of a key among `shards`.
pub(super) fn jump(mut key: u64, shards: u32) -> u32 {
    let (mut bucket, mut next) = (0_i64, 0_i64);
    while next < i64::from(shards) {
        bucket = next;
        key = key.wrapping_mul(2_862_933_555_777_941_757).wrapping_add(1);
        next = ((bucket + 1) as f64 * ((1_u64 << 31) as f64 / ((key >> 33) + 1) as f64)) as i64;
    }
    bucket as u32
}

/// Mixes a number, so that neighbours have nothing in common (the finalizer of SplitMix64).
pub(super) fn mix(number: u64) -> u64 {
    let number = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_get_the_same() {
        let (shards, keys) = (16, 160_000);
        let mut counts = vec![0_u32; shards as usize];
        (0..keys).for_each(|key| counts[jump(mix(key), shards) as usize] += 1);
        let mean = keys as f64 / f64::from(shards);
        assert!(counts.iter().all(|count| (f64::from(*count) / mean - 1.0).abs() < 0.05), "{counts:?}");
    }

    #[test]
    fn a_new_shard_takes_its_share_and_nothing_else_moves() {
        let keys = 100_000;
        let moved: Vec<u32> = (0..keys)
            .filter(|key| jump(mix(*key), 9) != jump(mix(*key), 10))
            .map(|key| jump(mix(key), 10))
            .collect();
        assert!(moved.iter().all(|shard| *shard == 9));
        assert!((moved.len() as f64 / keys as f64 - 0.1).abs() < 0.01, "{}", moved.len());
    }

    #[test]
    fn one_shard_has_everything() {
        assert!((0..1000).all(|key| jump(mix(key), 1) == 0));
    }
}
