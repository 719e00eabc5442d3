//! What waits to be written to one client, bounded by bytes.

use smallvec::SmallVec;

use super::frame::Frame;

/// What may happen to a frame when the client does not keep up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// An answer to this client alone: kept while the connection lives. Their number is bounded because a client that
    /// does not read, by whatever transport, is not read from either.
    Reply,
    /// An event of the log: dropped together with all others of its kind, and then the client is told to `sync`.
    Durable,
    /// An event that nobody misses later, such as typing: dropped first.
    Ephemeral,
}

/// A frame and its class; durable frames carry their number, from 1.
#[derive(Debug, Clone)]
pub(super) struct Queued {
    pub(super) frame: Frame,
    tag: u64,
}

const REPLY: u64 = 0;
const EPHEMERAL: u64 = u64::MAX;
/// The event that tells a client to `sync`.
const SYNC: u64 = u64::MAX - 1;

impl Queued {
    pub(super) fn reply(frame: Frame) -> Self {
        Self { frame, tag: REPLY }
    }

    #[cfg(test)]
    pub(super) fn durable(frame: Frame, number: u64) -> Self {
        Self { frame, tag: number }
    }

    fn cost(&self) -> usize {
        self.frame.len() + OVERHEAD
    }

    /// The number of a durable frame.
    pub(super) fn number(&self) -> Option<u64> {
        (REPLY + 1..SYNC).contains(&self.tag).then_some(self.tag)
    }
}

/// What a queued frame costs beyond its bytes: its place in the queue and its allocation. Without it, frames of two
/// bytes would be bounded to hundreds of thousands.
const OVERHEAD: usize = 64;

/// Frames on their way out. One fits without an allocation, which is what an idle client in a quiet room needs.
pub(super) type Batch = SmallVec<[Queued; 1]>;

/// What became of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Queued,
    Dropped,
    /// All events were dropped, and the client must be told so by [`Outbox::push_sync`].
    Overflowed,
}

/// A queue of frames that never holds more than its bound of events.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    queue: Batch,
    bytes: usize,
    /// Bytes of the first frame that the socket has taken already; that frame cannot be dropped any more.
    written: usize,
    /// The client was told to `sync` and has not been sent that yet: events meanwhile would be in its answer.
    told: bool,
}

impl Outbox {
    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Queues a frame, or applies the slow-client policy when it does not fit into `bound` bytes.
    pub(super) fn push(&mut self, frame: Frame, class: Class, number: u64, bound: usize) -> Outcome {
        let fits = |outbox: &Self| outbox.bytes + frame.len() + OVERHEAD <= bound;
        let tag = match class {
            Class::Reply => REPLY,
            _ if self.told => return Outcome::Dropped,
            Class::Durable => {
                if !fits(self) {
                    self.retain(|queued| queued.tag != EPHEMERAL);
                }
                if !fits(self) {
                    self.retain(|queued| queued.tag == REPLY);
                    return Outcome::Overflowed;
                }
                number
            }
            Class::Ephemeral if !fits(self) => return Outcome::Dropped,
            Class::Ephemeral => EPHEMERAL,
        };
        self.append(Queued { frame, tag });
        Outcome::Queued
    }

    /// Queues the event that tells the client to `sync`. Until it is written, events are dropped: the answer to that
    /// `sync` will hold them.
    pub(super) fn push_sync(&mut self, frame: Frame) {
        self.append(Queued { frame, tag: SYNC });
        self.told = true;
    }

    fn append(&mut self, queued: Queued) {
        self.bytes += queued.cost();
        self.queue.push(queued);
    }

    /// Drops all frames that `keep` does not want, except one that is partly written.
    fn retain(&mut self, keep: impl Fn(&Queued) -> bool) {
        let mut pinned = self.written > 0;
        self.queue.retain(|queued| std::mem::take(&mut pinned) || keep(queued));
        self.bytes = self.queue.iter().map(Queued::cost).sum();
    }

    /// Hands out everything, with the count of bytes of the first frame that are written already.
    pub(super) fn take(&mut self) -> (Batch, usize) {
        self.bytes = 0;
        self.told = false;
        (std::mem::take(&mut self.queue), std::mem::take(&mut self.written))
    }

    /// Hands out frames of at most `packets` packets, for a poll.
    pub(super) fn take_packets(&mut self, packets: usize) -> Batch {
        let mut room = packets;
        let count = self.queue.iter().take_while(|queued| {
            let needed = queued.frame.packets();
            let fits = needed <= room;
            room = room.saturating_sub(needed);
            fits
        });
        // A single frame of more packets goes alone.
        let count = count.count().max(1).min(self.queue.len());
        let taken: Batch = self.queue.drain(..count).collect();
        self.bytes -= taken.iter().map(Queued::cost).sum::<usize>();
        self.told = self.queue.iter().any(|queued| queued.tag == SYNC);
        taken
    }

    /// Puts back what could not be written, before what was queued meanwhile.
    pub(super) fn put_back(&mut self, mut rest: Batch, written: usize) {
        self.bytes += rest.iter().map(Queued::cost).sum::<usize>();
        self.told |= rest.iter().any(|queued| queued.tag == SYNC);
        rest.append(&mut self.queue);
        self.queue = rest;
        self.written = written;
    }

    /// Puts frames before all others, none of which may be partly written.
    pub(super) fn prepend(&mut self, frames: impl IntoIterator<Item = Queued>) {
        self.put_back(frames.into_iter().collect(), 0);
    }

    /// The connection is gone: durable frames stay, to be sent whole on the next one.
    pub(super) fn detach(&mut self) {
        self.written = 0;
        self.told = false;
        self.retain(|queued| queued.number().is_some());
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUND: usize = 1000;

    /// A frame that costs `cost`.
    fn frame(cost: usize) -> Frame {
        let frame =
            Frame::engine_binary(&vec![0; cost - OVERHEAD - if cost - OVERHEAD < 128 { 2 } else { 4 }]);
        assert_eq!(frame.len() + OVERHEAD, cost);
        frame
    }

    fn push(outbox: &mut Outbox, class: Class, length: usize) -> Outcome {
        outbox.push(frame(length), class, 1, BOUND)
    }

    #[test]
    fn ephemeral_frames_go_first() {
        let mut outbox = Outbox::default();
        assert_eq!(push(&mut outbox, Class::Ephemeral, 400), Outcome::Queued);
        assert_eq!(push(&mut outbox, Class::Durable, 400), Outcome::Queued);
        assert_eq!(push(&mut outbox, Class::Ephemeral, 400), Outcome::Dropped);
        assert_eq!(push(&mut outbox, Class::Durable, 400), Outcome::Queued);
        assert_eq!((outbox.bytes(), outbox.queue.len()), (800, 2));
    }

    #[test]
    fn then_the_queue_is_dropped_and_later_events_with_it() {
        let mut outbox = Outbox::default();
        push(&mut outbox, Class::Reply, 100);
        push(&mut outbox, Class::Durable, 800);
        assert_eq!(push(&mut outbox, Class::Durable, 200), Outcome::Overflowed);
        outbox.push_sync(frame(120));
        assert_eq!((outbox.bytes(), outbox.queue.len()), (220, 2));
        assert_eq!(push(&mut outbox, Class::Durable, 80), Outcome::Dropped);
        assert_eq!(push(&mut outbox, Class::Reply, 2000), Outcome::Queued);
        // Taken but not written: still told. Taken and written: events flow again.
        let (batch, _) = outbox.take();
        outbox.put_back(batch, 0);
        assert_eq!(push(&mut outbox, Class::Durable, 80), Outcome::Dropped);
        let _sent = outbox.take();
        assert_eq!(push(&mut outbox, Class::Durable, 80), Outcome::Queued);
    }

    #[test]
    fn a_frame_that_is_partly_written_stays() {
        let mut outbox = Outbox::default();
        push(&mut outbox, Class::Ephemeral, 500);
        let (batch, _) = outbox.take();
        push(&mut outbox, Class::Durable, 500);
        outbox.put_back(batch, 7);
        assert_eq!(push(&mut outbox, Class::Durable, 600), Outcome::Overflowed);
        let (batch, written) = outbox.take();
        assert_eq!((batch.len(), written), (1, 7));
    }

    #[test]
    fn a_poll_takes_whole_frames() {
        let mut outbox = Outbox::default();
        let attachments = vec![bytes::Bytes::from_static(b"x"); 3];
        let event = Frame::socketio_event_in("/", "x", "1", &attachments);
        outbox.push(event.clone(), Class::Reply, 0, BOUND);
        outbox.push(event, Class::Reply, 0, BOUND);
        assert_eq!(outbox.take_packets(7).len(), 1);
        assert_eq!(outbox.take_packets(7).len(), 1);
        assert_eq!((outbox.bytes(), outbox.is_empty()), (0, true));
    }
}
