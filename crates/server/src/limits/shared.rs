//! Token buckets that the nodes of a cluster have in common, in Redis: the same algorithm as a script, by Redis' clock.

use super::{Key, Tier, buckets::Buckets};
use crate::bus::{Link, Servers};
use redis::{Cmd, PushInfo, RedisResult, Script, Value};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How long an answer is waited for; then this node decides alone.
const PATIENCE: Duration = Duration::from_millis(100);
/// How long after a failure nobody is asked.
const PAUSE: Duration = Duration::from_secs(1);
/// Most questions that are asked together.
const BATCH: usize = 256;

/// Takes `ARGV[1]` tokens, one or minus one, of which one is gained every `ARGV[2]` microseconds, from a bucket of
/// `ARGV[3]`. Answers whether that went well, and microseconds until the bucket is full and until it holds one.
const SCRIPT: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local count, interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local missing = math.max((tonumber(redis.call('GET', KEYS[1])) or 0) - now, 0)
missing = math.min(missing, burst * interval)
local after = math.max(missing + count * interval, 0)
local wait = after - burst * interval
if count > 0 and wait > 0 then
    return {0, missing, wait}
end
if after > 0 then
    redis.call('SET', KEYS[1], string.format('%.0f', now + after), 'PX', math.ceil(after / 1000))
else
    redis.call('DEL', KEYS[1])
end
return {1, after, 0}
";

/// How long until a bucket is full, and until there is something in it again if it is empty.
type Answer = (Duration, Option<Duration>);

/// The way to what is shared.
#[derive(Debug)]
pub(super) struct Shared {
    questions: mpsc::UnboundedSender<Question>,
    prefix: String,
    task: AbortHandle,
}

#[derive(Debug)]
struct Question {
    key: String,
    count: i64,
    interval: Duration,
    burst: u32,
    answer: oneshot::Sender<Answer>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    /// Connects, and connects again whenever the connection is lost.
    pub(super) fn connect(servers: Servers, store: &str) -> Self {
        let (questions, asked) = mpsc::unbounded_channel();
        let task = tokio::spawn(answer_all(servers, asked)).abort_handle();
        Self { questions, prefix: format!("kith.{store}.l."), task }
    }

    /// Takes one; `None` if Redis does not answer in time. It is on its way before this is awaited.
    pub(super) fn take(
        &self,
        tier: Tier,
        key: Key,
        buckets: &Buckets,
    ) -> impl Future<Output = Option<Answer>> + Send + use<> {
        let answer = self.ask(tier, key, buckets, 1);
        async move { timeout(PATIENCE, answer).await.ok()?.ok() }
    }

    /// Puts one back.
    pub(super) fn give_back(&self, tier: Tier, key: Key, buckets: &Buckets) {
        drop(self.ask(tier, key, buckets, -1));
    }

    fn ask(&self, tier: Tier, key: Key, buckets: &Buckets, count: i64) -> oneshot::Receiver<Answer> {
        let (answer, answered) = oneshot::channel();
        let key = format!("{}{tier:?}.{key}", self.prefix);
        let question = Question { key, count, interval: buckets.interval, burst: buckets.burst, answer };
        // The task lives as long as this.
        let _ = self.questions.send(question);
        answered
    }
}

async fn answer_all(servers: Servers, mut asked: mpsc::UnboundedReceiver<Question>) {
    let script = Script::new(SCRIPT);
    loop {
        let served = match without_answer(&mut asked, connect(&servers, &script)).await {
            None => return,
            Some(Ok(link)) => answer(link, &script, &mut asked).await,
            Some(Err(error)) => Err(error),
        };
        match served {
            Ok(()) => return,
            Err(error) => tracing::warn!(%error, "rate limits are not shared for now"),
        }
        if without_answer(&mut asked, sleep(PAUSE)).await.is_none() {
            return;
        }
    }
}

/// Waits for something while nobody is answered, and so decides alone at once; `None` if nobody will ask any more.
async fn without_answer<T>(
    asked: &mut mpsc::UnboundedReceiver<Question>,
    wait: impl Future<Output = T>,
) -> Option<T> {
    tokio::pin!(wait);
    loop {
        tokio::select! {
            done = &mut wait => return Some(done),
            question = asked.recv() => drop(question?),
        }
    }
}

/// Answers until Redis does not (an error) or nobody asks any more.
async fn answer(
    mut link: Link,
    script: &Script,
    asked: &mut mpsc::UnboundedReceiver<Question>,
) -> RedisResult<()> {
    let mut questions = Vec::new();
    while asked.recv_many(&mut questions, BATCH).await > 0 {
        let commands = questions.iter().map(|question| question.command(script)).collect();
        let answers = link.each(commands).await?;
        for (question, answer) in questions.drain(..).zip(answers) {
            if let Some(answer) = read(&answer) {
                // Whoever asked may have lost patience.
                let _ = question.answer.send(answer);
            }
        }
    }
    Ok(())
}

async fn connect(servers: &Servers, script: &Script) -> RedisResult<Link> {
    let mut link = servers.connect(None::<mpsc::UnboundedSender<PushInfo>>).await?;
    link.load(script).await?;
    Ok(link)
}

impl Question {
    fn command(&self, script: &Script) -> Cmd {
        let mut command = redis::cmd("EVALSHA");
        command.arg(script.get_hash()).arg(1).arg(&self.key);
        command.arg(self.count).arg(self.interval.as_micros().max(1) as u64).arg(self.burst);
        command
    }
}

fn read(answer: &Value) -> Option<Answer> {
    let Value::Array(parts) = answer else { return None };
    let [Value::Int(allowed), Value::Int(reset), Value::Int(wait)] = parts[..] else { return None };
    let micros = |count: i64| Duration::from_micros(u64::try_from(count).unwrap_or(0));
    Some((micros(reset), (allowed == 0).then(|| micros(wait))))
}
