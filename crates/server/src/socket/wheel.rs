//! One timer wheel for the deadlines of all sessions.
//!
//! A session has at most a few entries of four bytes here. Deadlines move by themselves: an entry that fires too
//! early looks at its session and goes back into the wheel, so activity never touches the wheel.

use parking_lot::Mutex;
use tokio::sync::Notify;

/// Slots of the wheel. A deadline beyond them fires early, which is harmless.
const SLOTS: u64 = 1024;

#[derive(Debug)]
pub(super) struct Wheel {
    /// Milliseconds of one slot.
    tick: u64,
    slots: Mutex<Slots>,
    filled: Notify,
}

#[derive(Debug)]
struct Slots {
    /// The last tick that was handed out.
    cursor: u64,
    entries: usize,
    slots: Box<[Vec<u32>]>,
}

impl Wheel {
    /// `tick` is in milliseconds and at least 1.
    pub(super) fn new(tick: u64) -> Self {
        let slots = Slots { cursor: 0, entries: 0, slots: (0..SLOTS).map(|_| Vec::new()).collect() };
        Self { tick: tick.max(1), slots: Mutex::new(slots), filled: Notify::new() }
    }

    /// Milliseconds of one slot: how much too early an entry may fire.
    pub(super) fn tick(&self) -> u64 {
        self.tick
    }

    /// Makes `key` fire in the tick of `deadline`, or at the far end of the wheel. Returns the time that it will be.
    pub(super) fn arm(&self, key: u32, deadline: u64) -> u64 {
        let mut slots = self.slots.lock();
        let at = (deadline / self.tick).clamp(slots.cursor + 1, slots.cursor + SLOTS - 1);
        slots.slots[(at % SLOTS) as usize].push(key);
        slots.entries += 1;
        if slots.entries == 1 {
            self.filled.notify_one();
        }
        at * self.tick
    }

    /// Moves to the time `now` and puts everything that fires into `due`.
    pub(super) fn turn(&self, now: u64, due: &mut Vec<u32>) {
        let mut slots = self.slots.lock();
        let target = now / self.tick;
        // After a long sleep one turn of the wheel has seen every slot.
        let first = slots.cursor.max(target.saturating_sub(SLOTS)) + 1;
        for at in first..=target {
            let slot = &mut slots.slots[(at % SLOTS) as usize];
            due.append(slot);
            // Give back what a storm of connections left behind.
            slot.shrink_to(64);
        }
        slots.cursor = slots.cursor.max(target);
        slots.entries -= due.len();
    }

    /// Returns when there is an entry.
    pub(super) async fn filled(&self) {
        while self.slots.lock().entries == 0 {
            self.filled.notified().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(wheel: &Wheel, now: u64) -> Vec<u32> {
        let mut due = Vec::new();
        wheel.turn(now, &mut due);
        due
    }

    #[test]
    fn entries_fire_in_their_tick_and_once() {
        let wheel = Wheel::new(10);
        assert_eq!(wheel.arm(1, 55), 50);
        assert_eq!(wheel.arm(2, 60), 60);
        assert!(turn(&wheel, 49).is_empty());
        assert_eq!(turn(&wheel, 50), [1]);
        assert_eq!(turn(&wheel, 70), [2]);
        assert!(turn(&wheel, 20_000).is_empty());
    }

    #[test]
    fn past_deadlines_fire_at_once_and_far_ones_early() {
        let wheel = Wheel::new(10);
        turn(&wheel, 1000);
        wheel.arm(1, 0);
        assert_eq!(wheel.arm(2, 1_000_000), (100 + SLOTS - 1) * 10);
        assert_eq!(turn(&wheel, 1010), [1]);
        assert_eq!(turn(&wheel, 1000 + (SLOTS - 1) * 10), [2]);
    }

    #[test]
    fn a_long_sleep_loses_nothing() {
        let wheel = Wheel::new(1);
        for key in 0..2000 {
            wheel.arm(key, u64::from(key));
        }
        assert_eq!(turn(&wheel, 10_000_000).len(), 2000);
        assert_eq!(wheel.slots.lock().entries, 0);
    }
}
