//! How unequal things are: sizes by a power law, popularity by Zipf's law, activity by a log-normal.

use super::hash::mix;
use std::f64::consts::TAU;

/// The fewest members of a conversation.
const FEWEST: f64 = 2.0;

/// Sizes of conversations: a power law from two members to `most`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sizes {
    exponent: f64,
    most: f64,
}

impl Sizes {
    /// The power law with this mean.
    pub(super) fn with_mean(mean: f64, most: f64) -> Self {
        let most = most.max(FEWEST);
        // A larger exponent makes a smaller mean.
        let (mut low, mut high) = (1.01, 8.0);
        for _ in 0..60 {
            let exponent = f64::midpoint(low, high);
            if (Self { exponent, most }).mean() > mean {
                low = exponent;
            } else {
                high = exponent;
            }
        }
        Self { exponent: f64::midpoint(low, high), most }
    }

    /// The size that a share of all conversations, from 0 to 1, does not exceed.
    pub(super) fn quantile(&self, share: f64) -> f64 {
        let power = 1.0 - self.exponent;
        let (low, high) = (FEWEST.powf(power), (self.most + 1.0).powf(power));
        (low - share * (low - high)).powf(1.0 / power).floor().clamp(FEWEST, self.most)
    }

    /// Sizes are whole numbers, so their mean is a sum, here over the quantiles, more finely in the tail.
    fn mean(&self) -> f64 {
        let (mut sum, mut below) = (0.0, 0.0);
        let steps = 4000;
        for step in 1..=steps {
            // From 0 to nearly 1 in steps that shrink: the tail holds much of the mean.
            let share = 1.0 - 10_f64.powf(-9.0 * f64::from(step) / f64::from(steps));
            sum += (share - below) * self.quantile(f64::midpoint(share, below));
            below = share;
        }
        sum
    }
}

/// The share of `rank`, from 1, before it is divided by the sum over all.
pub(super) fn zipf(rank: f64, exponent: f64) -> f64 {
    rank.powf(-exponent)
}

/// Numbers between 0 and 1 that fill the range evenly, whatever how many are taken.
pub(super) fn even(index: u64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    (index as f64 * GOLDEN).fract()
}

/// Numbers that come out the same each time.
#[derive(Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    /// Between 0 and 1, both excluded.
    pub(super) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(1);
        ((mix(self.0) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// From the normal distribution with mean 0 and deviation 1 (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (TAU * self.uniform()).cos()
    }
}

/// The deviation of a log-normal with mean 1, by the deviation of its logarithm.
pub(super) fn log_normal_deviation(sigma: f64) -> f64 {
    (sigma.powi(2).exp() - 1.0).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_their_mean_and_their_bounds() {
        for most in [1000.0, 100_000.0] {
            let sizes = Sizes::with_mean(8.0, most);
            let count = 2_000_000;
            let drawn = || (0..count).map(|index| sizes.quantile(even(index)));
            let mean = drawn().sum::<f64>() / count as f64;
            assert!((mean / 8.0 - 1.0).abs() < 0.05, "{mean} with {sizes:?}");
            assert!(drawn().all(|size| (2.0..=most).contains(&size)));
            assert!((sizes.quantile(1.0) - most).abs() < 1.5, "{}", sizes.quantile(1.0));
            let half = sizes.quantile(0.5);
            assert!(half <= 4.0, "most conversations are small: {half}");
        }
    }

    #[test]
    fn the_tail_is_a_power() {
        let sizes = Sizes::with_mean(8.0, 1e5);
        let beyond = |size: f64| {
            let (mut low, mut high) = (0.0, 1.0);
            for _ in 0..60 {
                let share = f64::midpoint(low, high);
                if sizes.quantile(share) < size { low = share } else { high = share }
            }
            1.0 - low
        };
        let falls = (beyond(10.0) / beyond(100.0)).log10();
        assert!((falls - (sizes.exponent - 1.0)).abs() < 0.1, "{falls} with {sizes:?}");
    }

    #[test]
    fn normals_are_normal() {
        let mut chance = Chance::seeded(7);
        let drawn: Vec<f64> = (0..200_000).map(|_| chance.normal()).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let variance = drawn.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / drawn.len() as f64;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "{mean} {variance}");
        let beyond = drawn.iter().filter(|value| value.abs() > 1.96).count() as f64 / drawn.len() as f64;
        assert!((beyond - 0.05).abs() < 0.003, "{beyond}");
    }

    #[test]
    fn activity_deviates_as_a_log_normal_does() {
        let (mut chance, sigma) = (Chance::seeded(3), 1.0);
        let drawn: Vec<f64> =
            (0..400_000).map(|_| (sigma * chance.normal() - sigma * sigma / 2.0).exp()).collect();
        let mean = drawn.iter().sum::<f64>() / drawn.len() as f64;
        let variance = drawn.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / drawn.len() as f64;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!((variance.sqrt() / log_normal_deviation(sigma) - 1.0).abs() < 0.05, "{}", variance.sqrt());
    }

    #[test]
    fn zipf_halves_where_it_should() {
        assert!((zipf(1.0, 0.8) / zipf(10.0, 0.8) - 10_f64.powf(0.8)).abs() < 1e-9);
    }
}
