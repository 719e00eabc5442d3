//! The power fails: what was not synced is gone, but for what the disk happened to have written already.

use crate::{Finding, Place, shim};
use kith_testkit::{
    TestServer,
    load::{Load, Plan},
};
use std::{
    collections::BTreeSet,
    fs, io,
    io::{BufRead as _, BufReader},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tokio::time::{Instant, sleep};

/// What a disk writes at a time.
const SECTOR: usize = 512;
const PAGE: usize = 4096;

/// A disk that forgets what was not synced: the copies that `powerloss.c` keeps for a program.
pub struct Disk {
    library: String,
    copies: PathBuf,
    /// Decides what survives; nothing does without it.
    chance: Option<Chance>,
    /// Removed with the disk.
    _place: Place,
}

impl Disk {
    /// An empty one. Equal seeds make equal choices of what survives a cut without having been synced; without a seed
    /// nothing does.
    ///
    /// # Panics
    /// If the shim cannot be built.
    pub fn new(seed: Option<u64>) -> Self {
        let place = Place::new("disk");
        let copies = place.path().join("copies");
        fs::create_dir(&copies).expect("a directory is made");
        Self {
            library: shim::build("powerloss", place.path()),
            copies,
            chance: seed.map(Chance),
            _place: place,
        }
    }

    /// The environment of a program whose files in `directory` are on this disk.
    pub fn environment(&self, directory: &Path) -> [(&'static str, String); 3] {
        [
            ("LD_PRELOAD", self.library.clone()),
            ("POWERLOSS_DIR", directory.display().to_string()),
            ("POWERLOSS_DISK", self.copies.display().to_string()),
        ]
    }

    /// Puts what the disk holds in the place of `directory`, whose program was killed. Pages that were not synced survive
    /// by chance, and the last of them in part.
    ///
    /// # Errors
    /// If the files cannot be read or written.
    pub fn cut(&mut self, directory: &Path) -> io::Result<()> {
        let (live, durable) = (files(directory)?, files(&self.copies)?);
        for name in live.union(&durable) {
            let (file, copy) = (directory.join(name), self.copies.join(name));
            if name.to_string_lossy().ends_with("-shm") {
                fs::remove_file(file)?;
                continue;
            }
            if live.contains(name) {
                self.write_back(&file, &copy)?;
            }
            if copy.is_file() {
                fs::copy(&copy, &file)?;
            } else {
                fs::remove_file(&file)?;
            }
        }
        Ok(())
    }

    /// What the disk wrote by itself before the power failed.
    fn write_back(&mut self, file: &Path, copy: &Path) -> io::Result<()> {
        let Some(chance) = &mut self.chance else { return Ok(()) };
        let (new, old) = (fs::read(file)?, fs::read(copy).unwrap_or_default());
        let is_old = |page: &usize| {
            old.get(*page..(*page + PAGE).min(new.len())) == new.get(*page..(*page + PAGE).min(new.len()))
        };
        let unsynced: Vec<usize> = (0..new.len()).step_by(PAGE).filter(|page| !is_old(page)).collect();
        // One in four cuts finds the disk idle, one in four finds all written but the end.
        let share = chance.below(4) as usize;
        let survivors: Vec<usize> =
            unsynced.into_iter().filter(|_| (chance.below(3) as usize) < share).collect();
        let Some(torn) = survivors.last().copied() else { return Ok(()) };
        let copy = fs::File::options().create(true).truncate(false).write(true).open(copy)?;
        for page in survivors {
            let whole = (page + PAGE).min(new.len());
            let end = if page == torn { page + SECTOR * chance.below(9) as usize } else { whole };
            copy.write_all_at(&new[page..end.min(whole)], page as u64)?;
        }
        Ok(())
    }
}

/// The files below a directory, by their names in it.
fn files(directory: &Path) -> io::Result<BTreeSet<PathBuf>> {
    let (mut found, mut rest) = (BTreeSet::new(), vec![directory.to_owned()]);
    while let Some(place) = rest.pop() {
        for entry in fs::read_dir(place)? {
            let path = entry?.path();
            if path.is_dir() {
                rest.push(path);
            } else if let Ok(name) = path.strip_prefix(directory) {
                found.insert(name.to_owned());
            }
        }
    }
    Ok(found)
}

/// SplitMix64: repeatable.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Cuts the power of a server on SQLite again and again under load.
///
/// # Panics
/// If the shim cannot be built, or the server does not come back.
pub async fn round(cuts: usize, seed: u64) -> Finding {
    on(Disk::new(Some(seed)), cuts, 0).await
}

/// The same on a disk that lies: after each sync of the write-ahead log that it does, it answers ten without doing them.
/// What is lost shows that the shim forgets and that the checker sees it.
///
/// # Panics
/// If the shim cannot be built, or the server does not come back.
pub async fn lying_round(cuts: usize) -> Finding {
    on(Disk::new(None), cuts, 10).await
}

async fn on(mut disk: Disk, cuts: usize, lies: u32) -> Finding {
    let mut finding = Finding::about("power loss, SQLite");
    let mut server = TestServer::prepare(None, &[]).expect("a place for the server is made");
    let data = server.data_dir();
    for (name, value) in disk.environment(&data) {
        server.set(name, value);
    }
    server.set("POWERLOSS_LIES", lies.to_string());
    server.restart().await;
    let load = Load::begin(&server.rest(), &Plan::default()).await;
    for _ in 0..cuts {
        let begin = Instant::now();
        sleep(crate::random(300..1000)).await;
        server.kill();
        disk.cut(&data).expect("the files are replaced");
        finding.lasted += begin.elapsed();
        finding.recovered(server.restart().await);
        load.go_on(1).await;
    }
    finding.judge(load).await;
    finding
}

/// Commits rows one by one and says each on the standard output once it is committed: the program that shows what the
/// shim forgets. Ends when nobody listens.
///
/// # Errors
/// If the store cannot be used.
pub fn write_rows(store: &Path, synchronous: &str) -> rusqlite::Result<()> {
    use std::io::Write as _;
    let store = rusqlite::Connection::open(store)?;
    store.execute_batch(&format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous};
         CREATE TABLE IF NOT EXISTS rows (n INTEGER PRIMARY KEY, text TEXT)"
    ))?;
    let mut insert = store.prepare("INSERT INTO rows (text) VALUES (hex(randomblob(40))) RETURNING n")?;
    loop {
        let n: i64 = insert.query_row([], |row| row.get(0))?;
        if writeln!(std::io::stdout(), "{n}").is_err() {
            return Ok(());
        }
    }
}

/// Lets `writer`, a program that does [`write_rows`] with a path and a mode as its last arguments, commit rows while the
/// power is cut again and again; how many acknowledged rows were lost.
///
/// # Panics
/// If the writer cannot be run, or the store is damaged.
pub fn lost_rows(writer: &Path, synchronous: &str, cuts: usize, seed: u64) -> u64 {
    let (place, mut disk, mut chance) = (Place::new("rows"), Disk::new(Some(seed)), Chance(seed));
    let data = place.path().join("data");
    fs::create_dir(&data).expect("a directory is made");
    let store = data.join("rows.db");
    let mut lost = 0;
    for _ in 0..cuts {
        let rows = 50 + chance.below(400) as usize;
        let mut process = Command::new(writer)
            .arg("write-rows")
            .args([store.as_os_str(), synchronous.as_ref()])
            .envs(disk.environment(&data))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the writer starts");
        let said = BufReader::new(process.stdout.take().expect("its output is ours"));
        let acknowledged = said.lines().map_while(Result::ok).nth(rows - 1);
        process.kill().expect("the writer is killed");
        process.wait().expect("the writer has ended");
        let acknowledged: i64 = acknowledged.and_then(|n| n.parse().ok()).expect("the writer writes");
        disk.cut(&data).expect("the files are replaced");
        let kept = rusqlite::Connection::open(&store).and_then(|store| {
            let sound: String = store.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
            assert_eq!(sound, "ok", "the store is damaged");
            let exists = store.table_exists(None, "rows")?;
            let newest = "SELECT COALESCE(max(n), 0) FROM rows";
            if exists { store.query_row(newest, [], |row| row.get(0)) } else { Ok(0) }
        });
        lost += (acknowledged - kept.expect("the store is read")).max(0).unsigned_abs();
        // What looking changed is on the disk.
        fs::remove_dir_all(&disk.copies)
            .and_then(|()| fs::create_dir(&disk.copies))
            .expect("the disk is emptied");
        for name in files(&data).expect("the files are listed") {
            fs::copy(data.join(&name), disk.copies.join(&name)).expect("the file is copied");
        }
    }
    lost
}
