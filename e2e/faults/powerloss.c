/* Storage that forgets what was not synced.
 *
 * Preloaded into a program, this keeps a second copy of every file under the directory POWERLOSS_DIR, in the directory
 * POWERLOSS_DISK: what the disk would hold if the power failed now. The program reads and writes its own files as ever.
 * Its writes are noted by pages of 4 KiB, and reach the copy when the file is synced, not before:
 *
 *   write, pwrite, writev, pwritev      note the pages
 *   ftruncate, open with O_TRUNC        note the shortest length that the file had
 *   unlink                              note that the file is gone
 *   fsync, fdatasync                    of a file: bring its noted pages, its length and its name to the disk
 *                                       of a directory: bring creations and renames in it to the disk
 *                                       of either: bring earlier removals to the disk, as file systems do whose journal
 *                                       keeps changes of names in order (ext4, XFS)
 *
 * Names are looked at when they are synced, so that renaming need not be seen.
 *
 * sync_file_range promises nothing that outlives a power cut, so it does nothing here. Memory that is mapped for writing
 * is not seen: of the files of SQLite that is only "-shm", which is made anew after a crash; it has no copy.
 *
 * A power cut is `kill -9`, after which whoever plays the power company puts the copies in the place of the files. Until
 * the copy of a page is complete the page on the disk is torn, as on real disks.
 *
 * POWERLOSS_LIES=n makes a disk that lies: after each sync of a "-wal" that is done, n are answered without being done.
 *
 * Files are told apart by device and inode, so that descriptors may be duplicated and closed unseen. */

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define FILES 256

/* Noted about one file. Names are relative to the directory. */
struct file {
    dev_t dev;
    ino_t ino;
    bool used;
    char name[PATH_MAX];
    char on_disk[PATH_MAX]; /* the name of its copy; empty while there is none */
    bool removed;
    unsigned char *dirty; /* a byte a page */
    size_t pages;
    off_t shortest; /* since the last sync */
};

static struct file files[FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char directory[PATH_MAX], disk[PATH_MAX];
static long lies, syncs_of_wal;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
static __typeof__(&write) real_write;
static __typeof__(&pwrite) real_pwrite;
static __typeof__(&writev) real_writev;
static __typeof__(&pwritev) real_pwritev;
static __typeof__(&ftruncate) real_ftruncate;
static __typeof__(&openat) real_openat;
static __typeof__(&unlink) real_unlink;

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "powerloss: %s %s: %s\n", what, name, strerror(errno));
    abort();
}

__attribute__((constructor)) static void begin(void)
{
    real_write = REAL(write);
    real_pwrite = REAL(pwrite);
    real_writev = REAL(writev);
    real_pwritev = REAL(pwritev);
    real_ftruncate = REAL(ftruncate);
    real_openat = REAL(openat);
    real_unlink = REAL(unlink);
    const char *from = getenv("POWERLOSS_DIR"), *to = getenv("POWERLOSS_DISK"), *n = getenv("POWERLOSS_LIES");
    if (!from || !to)
        return;
    snprintf(directory, sizeof directory, "%s", from);
    snprintf(disk, sizeof disk, "%s", to);
    lies = n ? atol(n) : 0;
}

/* The part of an absolute path below the directory; NULL if it is elsewhere. */
static const char *below(const char *path)
{
    size_t length = strlen(directory);
    if (length == 0 || strncmp(path, directory, length) != 0 || path[length] != '/')
        return NULL;
    return path + length + 1;
}

static bool shared_memory(const char *name)
{
    size_t length = strlen(name);
    return length >= 4 && strcmp(name + length - 4, "-shm") == 0;
}

static void path_on_disk(char *path, const char *name)
{
    if (snprintf(path, PATH_MAX, "%s/%s", disk, name) >= PATH_MAX)
        fail("too long", name);
}

/* With the lock held. */
static struct file *find(dev_t dev, ino_t ino)
{
    for (struct file *file = files; file < files + FILES; file++)
        if (file->used && file->dev == dev && file->ino == ino)
            return file;
    return NULL;
}

/* The path of a descriptor below the directory, "" for the directory itself; NULL if it is elsewhere. */
static const char *name_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return strcmp(path, directory) == 0 ? "" : below(path);
}

/* The file of a descriptor, if it is one of ours. */
static struct file *file_of(int fd)
{
    struct stat status;
    if (directory[0] == 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return NULL;
    return find(status.st_dev, status.st_ino);
}

static void note_write(int fd, off_t offset, ssize_t length)
{
    if (length <= 0)
        return;
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (file) {
        size_t end = (size_t)(offset + length + PAGE - 1) / PAGE;
        if (end > file->pages) {
            size_t pages = end * 2;
            file->dirty = realloc(file->dirty, pages);
            if (!file->dirty)
                fail("no memory for", file->name);
            memset(file->dirty + file->pages, 0, pages - file->pages);
            file->pages = pages;
        }
        memset(file->dirty + offset / PAGE, 1, end - (size_t)offset / PAGE);
    }
    pthread_mutex_unlock(&lock);
}

static void note_length(int fd, off_t length)
{
    pthread_mutex_lock(&lock);
    struct file *file = file_of(fd);
    if (file && length < file->shortest)
        file->shortest = length;
    pthread_mutex_unlock(&lock);
}

/* The removed file whose copy still has this name. With the lock held. */
static struct file *leftover(const char *name)
{
    for (struct file *file = files; file < files + FILES; file++)
        if (file->used && file->removed && strcmp(file->on_disk, name) == 0)
            return file;
    return NULL;
}

/* Notes an opened file; one that was there when the program began is on the disk already. */
static void note_open(int fd, int flags)
{
    struct stat status;
    char path[PATH_MAX], copy[PATH_MAX];
    if (directory[0] == 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    const char *name = name_of(fd, path);
    if (!name || shared_memory(name))
        return;
    pthread_mutex_lock(&lock);
    struct file *file = find(status.st_dev, status.st_ino);
    /* The inode of a removed file may be given to another. */
    if (file && file->removed && status.st_nlink > 0) {
        file->ino = 0;
        file = NULL;
    }
    if (!file) {
        for (file = files; file < files + FILES && file->used; file++)
            ;
        if (file == files + FILES)
            fail("too many files for", name);
        unsigned char *dirty = file->dirty;
        size_t pages = file->pages;
        memset(file, 0, sizeof *file);
        file->dirty = dirty;
        file->pages = pages;
        if (dirty)
            memset(dirty, 0, pages);
        file->used = true;
        file->dev = status.st_dev;
        file->ino = status.st_ino;
        file->shortest = LLONG_MAX;
        snprintf(file->name, sizeof file->name, "%s", name);
        path_on_disk(copy, name);
        if (access(copy, F_OK) == 0 && !leftover(name))
            snprintf(file->on_disk, sizeof file->on_disk, "%s", name);
    }
    if (flags & O_TRUNC)
        file->shortest = 0;
    pthread_mutex_unlock(&lock);
}

/* Gives the copy the name that the file has. With the lock held. */
static void sync_name(struct file *file)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (file->removed || strcmp(file->name, file->on_disk) == 0)
        return;
    path_on_disk(to, file->name);
    if (file->on_disk[0]) {
        path_on_disk(from, file->on_disk);
        if (rename(from, to) != 0 && errno != ENOENT)
            fail("renaming", from);
    } else {
        for (char *slash = strchr(to + strlen(disk) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
            *slash = 0;
            mkdir(to, 0700);
            *slash = '/';
        }
        struct file *old = leftover(file->name);
        if (old)
            old->on_disk[0] = 0;
        int made = real_openat(AT_FDCWD, to, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
        if (made < 0)
            fail("making", to);
        close(made);
    }
    snprintf(file->on_disk, sizeof file->on_disk, "%s", file->name);
}

/* Removes the copies of what was removed. With the lock held. */
static void sync_removals(void)
{
    for (struct file *file = files; file < files + FILES; file++) {
        if (file->used && file->removed && file->on_disk[0]) {
            char copy[PATH_MAX];
            path_on_disk(copy, file->on_disk);
            real_unlink(copy);
            file->on_disk[0] = 0;
        }
        /* Nobody can open it again. */
        if (file->removed && file->ino == 0)
            file->used = false;
    }
}

/* Brings what was noted to the disk. With the lock held. */
static void sync_file(struct file *file, int fd)
{
    char path[PATH_MAX], page[PAGE];
    struct stat status;
    const char *name = name_of(fd, path);
    if (file->removed || !name || fstat(fd, &status) != 0)
        return;
    snprintf(file->name, sizeof file->name, "%s", name);
    sync_removals();
    sync_name(file);
    path_on_disk(path, file->name);
    int copy = real_openat(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
    if (copy < 0)
        fail("opening", path);
    /* What was cut off and grew again without being written is zeros. */
    if (file->shortest < status.st_size && real_ftruncate(copy, file->shortest) != 0)
        fail("shortening", path);
    if (real_ftruncate(copy, status.st_size) != 0)
        fail("resizing", path);
    file->shortest = LLONG_MAX;
    /* The program may have opened it for writing alone. */
    char own[64];
    snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
    int reader = real_openat(AT_FDCWD, own, O_RDONLY | O_CLOEXEC, 0);
    if (reader < 0)
        fail("reading", file->name);
    for (size_t number = 0; number < file->pages && (off_t)(number * PAGE) < status.st_size; number++) {
        if (!file->dirty[number])
            continue;
        ssize_t length = pread(reader, page, PAGE, (off_t)(number * PAGE));
        if (length < 0 || real_pwrite(copy, page, (size_t)length, (off_t)(number * PAGE)) != length)
            fail("copying", file->name);
        file->dirty[number] = 0;
    }
    close(reader);
    close(copy);
}

/* Brings creations, renames and removals in a directory to the disk. With the lock held. */
static void sync_directory(const char *path, const char *name)
{
    DIR *entries = opendir(path);
    for (struct dirent *entry; entries && (entry = readdir(entries));) {
        struct stat status;
        struct file *file = NULL;
        if (fstatat(dirfd(entries), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode))
            file = find(status.st_dev, status.st_ino);
        if (!file)
            continue;
        const char *slash = name[0] ? "/" : "";
        if (snprintf(file->name, sizeof file->name, "%s%s%s", name, slash, entry->d_name) >= PATH_MAX)
            fail("too long", entry->d_name);
        file->removed = false;
        sync_name(file);
    }
    if (entries)
        closedir(entries);
    sync_removals();
}

static int sync_descriptor(int fd)
{
    struct stat status;
    if (directory[0] == 0 || fstat(fd, &status) != 0)
        return 0;
    pthread_mutex_lock(&lock);
    if (S_ISDIR(status.st_mode)) {
        char path[PATH_MAX];
        const char *name = name_of(fd, path);
        if (name)
            sync_directory(path, name);
    } else {
        struct file *file = find(status.st_dev, status.st_ino);
        size_t length = file ? strlen(file->name) : 0;
        bool wal = length >= 4 && strcmp(file->name + length - 4, "-wal") == 0;
        bool done = !wal || syncs_of_wal++ % (lies + 1) == 0;
        if (file && done)
            sync_file(file, fd);
    }
    pthread_mutex_unlock(&lock);
    return 0;
}

/* Where a write without a position ended. */
static off_t written_at(int fd, ssize_t length)
{
    off_t end = lseek(fd, 0, SEEK_CUR);
    return end < length ? 0 : end - length;
}

/* What the program calls. The names with 64 are those of programs built with large file offsets, which are the same on
 * every 64-bit system. */

static int opened(int fd, int flags)
{
    int kept = errno;
    if (fd >= 0 && !(flags & O_DIRECTORY))
        note_open(fd, flags);
    errno = kept;
    return fd;
}

#define MODE(flags, mode)                                                                                                \
    mode_t mode = 0;                                                                                                     \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                                               \
        va_list rest;                                                                                                    \
        va_start(rest, flags);                                                                                           \
        mode = va_arg(rest, mode_t);                                                                                     \
        va_end(rest);                                                                                                    \
    }

int open(const char *path, int flags, ...)
{
    MODE(flags, mode)
    return opened(REAL(openat)(AT_FDCWD, path, flags, mode), flags);
}

int open64(const char *path, int flags, ...)
{
    MODE(flags, mode)
    return opened(REAL(openat)(AT_FDCWD, path, flags, mode), flags);
}

int openat(int at, const char *path, int flags, ...)
{
    MODE(flags, mode)
    return opened(REAL(openat)(at, path, flags, mode), flags);
}

int openat64(int at, const char *path, int flags, ...)
{
    MODE(flags, mode)
    return opened(REAL(openat)(at, path, flags, mode), flags);
}

int creat(const char *path, mode_t mode)
{
    return opened(REAL(openat)(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode), O_TRUNC);
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    ssize_t written = (real_write ? real_write : REAL(write))(fd, bytes, length);
    if (directory[0] && written > 0) {
        int kept = errno;
        note_write(fd, written_at(fd, written), written);
        errno = kept;
    }
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    ssize_t written = (real_writev ? real_writev : REAL(writev))(fd, parts, count);
    if (directory[0] && written > 0) {
        int kept = errno;
        note_write(fd, written_at(fd, written), written);
        errno = kept;
    }
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    ssize_t written = (real_pwrite ? real_pwrite : REAL(pwrite))(fd, bytes, length, offset);
    note_write(fd, offset, written);
    return written;
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
    return pwrite(fd, bytes, length, offset);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset)
{
    ssize_t written = (real_pwritev ? real_pwritev : REAL(pwritev))(fd, parts, count, offset);
    note_write(fd, offset, written);
    return written;
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset)
{
    return pwritev(fd, parts, count, offset);
}

int ftruncate(int fd, off_t length)
{
    int result = (real_ftruncate ? real_ftruncate : REAL(ftruncate))(fd, length);
    if (result == 0)
        note_length(fd, length);
    return result;
}

int ftruncate64(int fd, off_t length)
{
    return ftruncate(fd, length);
}

int fsync(int fd)
{
    return sync_descriptor(fd);
}

int fdatasync(int fd)
{
    return sync_descriptor(fd);
}

int sync_file_range(int fd, off_t offset, off_t length, unsigned int flags)
{
    (void)fd, (void)offset, (void)length, (void)flags;
    return 0;
}

int unlink(const char *path)
{
    struct stat status;
    pthread_mutex_lock(&lock);
    bool there = directory[0] && lstat(path, &status) == 0 && S_ISREG(status.st_mode) && status.st_nlink == 1;
    struct file *file = there ? find(status.st_dev, status.st_ino) : NULL;
    int result = (real_unlink ? real_unlink : REAL(unlink))(path);
    if (result == 0 && file)
        file->removed = true;
    pthread_mutex_unlock(&lock);
    return result;
}
