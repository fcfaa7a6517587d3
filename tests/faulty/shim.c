/* A disk that fails on order: preloaded into a program, it counts the calls that change files below a folder, and at
 * the n-th of them ends the program, lets the call fail, or lets it do half of its work.
 *
 * What is to happen stands in a file of control that is mapped by every process that shares it: processes that count
 * together stop writing together, as they do when the power goes. With a trace each call is written down as it was
 * made, so that the disk can be played back as it was when only what had been synced had arrived.
 *
 * Only Linux with glibc. It is told by FRONTDESK_TEST_DISK (the path of the control file) or by calling disk_attach.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

enum { OPENS = 1, WRITES = 2, SYNCS = 4, CUTS = 8, NAMES = 16, REMOVES = 32, MAPS = 64, FOLDERS = 128 };
enum { COUNT, KILL_BEFORE, KILL_AFTER, KILL_TORN, FAIL, SHORT };

struct control {
    int64_t counted;   /* calls so far */
    int64_t from;      /* the first call that something happens to, from 1; 0: to none */
    int64_t until;     /* the last one */
    int64_t happened;  /* to how many it did */
    int32_t what;
    int32_t error;
    uint32_t kinds;    /* which calls are counted */
    int32_t traced;
    char prefix[PATH_MAX];
    char trace[PATH_MAX];
};

static struct control *control;
static int trace_file = -1;

#define REAL(name) \
    static __typeof__(&name) real_##name; \
    if (!real_##name) real_##name = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

/* Obey another control file from now on; 0 where it could be mapped. */
int disk_attach(const char *path) {
    int file = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (file < 0) return -1;
    void *mapped = (void *)syscall(SYS_mmap, NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    syscall(SYS_close, file);
    if (mapped == MAP_FAILED) return -1;
    struct control *found = mapped;
    if (trace_file >= 0) syscall(SYS_close, trace_file);
    trace_file = -1;
    if (found->traced)
        trace_file = (int)syscall(SYS_openat, AT_FDCWD, found->trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    control = found;
    return 0;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("FRONTDESK_TEST_DISK");
    if (path && *path) disk_attach(path);
}

static int below(const char *path) {
    size_t length = strlen(control->prefix);
    return length && strncmp(path, control->prefix, length) == 0 && (path[length] == '/' || path[length] == 0);
}

/* The whole path of what a call names; "" where it cannot be told. */
static void whole(int folder, const char *path, char *out) {
    out[0] = 0;
    if (!path) return;
    if (path[0] == '/') {
        snprintf(out, PATH_MAX, "%s", path);
        return;
    }
    char name[64], base[PATH_MAX];
    if (folder == AT_FDCWD) snprintf(name, sizeof name, "/proc/self/cwd");
    else snprintf(name, sizeof name, "/proc/self/fd/%d", folder);
    ssize_t length = syscall(SYS_readlink, name, base, sizeof base - 1);
    if (length < 0) return;
    base[length] = 0;
    if (length + strlen(path) + 2 < PATH_MAX) sprintf(out, "%s/%s", base, path);
}

static void path_of(int file, char *out) {
    char name[64];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = syscall(SYS_readlink, name, out, PATH_MAX - 1);
    out[length < 0 ? 0 : length] = 0;
}

/* What happens to this call: COUNT for nothing. KILL_BEFORE has happened when this returns. */
static int due(uint32_t kind, const char *path) {
    if (!control || !(control->kinds & kind) || !below(path)) return COUNT;
    int64_t number = __atomic_add_fetch(&control->counted, 1, __ATOMIC_SEQ_CST);
    if (!control->from || number < control->from || number > control->until) return COUNT;
    __atomic_add_fetch(&control->happened, 1, __ATOMIC_SEQ_CST);
    /* Whoever comes later finds the power gone already. */
    if (control->what == KILL_BEFORE || (number > control->from && control->what <= KILL_TORN)
        || (control->what == KILL_TORN && kind != WRITES))
        for (;;) kill(getpid(), SIGKILL);
    return control->what;
}

static void die(void) {
    for (;;) kill(getpid(), SIGKILL);
}

/* One call in the trace: kind, length of the path, length of the data, place, then both. */
static void note(uint32_t kind, const char *path, const void *data, uint64_t size, int64_t place) {
    if (trace_file < 0 || !below(path)) return;
    struct { uint32_t kind, path; uint64_t size; int64_t place; } head = {kind, (uint32_t)strlen(path), size, place};
    size_t total = sizeof head + head.path + size;
    char *record = malloc(total);
    if (!record) die();
    memcpy(record, &head, sizeof head);
    memcpy(record + sizeof head, path, head.path);
    if (size) memcpy(record + sizeof head + head.path, data, size);
    /* One call appends it all: records of several processes never mix. */
    if (syscall(SYS_write, trace_file, record, total) != (ssize_t)total) die();
    free(record);
}

static int failed(void) {
    errno = control->error;
    return -1;
}

static int open_as(int folder, const char *path, int flags, mode_t mode) {
    int kind = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) && !(flags & O_DIRECTORY);
    char full[PATH_MAX];
    full[0] = 0;
    int what = COUNT;
    if (control && kind) {
        whole(folder, path, full);
        what = due(OPENS, full);
        if (what == FAIL || what == SHORT) return failed();
    }
    int is_new = kind && trace_file >= 0 && syscall(SYS_faccessat, folder, path, F_OK, 0) != 0;
    int file = (int)syscall(SYS_openat, folder, path, flags, mode);
    if (file >= 0 && kind && trace_file >= 0 && (is_new || flags & O_TRUNC)) note(OPENS, full, NULL, 0, is_new);
    if (what == KILL_AFTER) die();
    return file;
}

#define MODE_OF(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        mode = va_arg(more, mode_t); \
        va_end(more); \
    }

int open(const char *path, int flags, ...) { MODE_OF(flags) return open_as(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE_OF(flags) return open_as(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE_OF(flags) return open_as(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) {
    MODE_OF(flags) return open_as(folder, path, flags | O_LARGEFILE, mode);
}

static ssize_t write_as(int file, const void *data, size_t size, off_t place, int is_placed) {
    char path[PATH_MAX];
    path[0] = 0;
    int what = COUNT;
    if (control && file > 2) {
        path_of(file, path);
        what = due(WRITES, path);
    }
    if (what == FAIL) return failed();
    size_t wanted = size;
    if ((what == SHORT || what == KILL_TORN) && size > 1) wanted = size / 2;
    int64_t begins = place;
    if (trace_file >= 0 && !is_placed && below(path)) {
        int appends = (int)syscall(SYS_fcntl, file, F_GETFL) & O_APPEND;
        begins = syscall(SYS_lseek, file, 0, appends ? SEEK_END : SEEK_CUR);
    }
    ssize_t written = is_placed ? syscall(SYS_pwrite64, file, data, wanted, place) : syscall(SYS_write, file, data, wanted);
    if (written > 0 && trace_file >= 0) note(WRITES, path, data, (uint64_t)written, begins);
    if (what == KILL_AFTER || what == KILL_TORN) die();
    return written;
}

ssize_t write(int file, const void *data, size_t size) { return write_as(file, data, size, 0, 0); }
ssize_t pwrite(int file, const void *data, size_t size, off_t place) { return write_as(file, data, size, place, 1); }
ssize_t pwrite64(int file, const void *data, size_t size, off64_t place) { return write_as(file, data, size, place, 1); }

/* The kernel copies past our count and trace: whoever copies has another way when these are not there. */
ssize_t sendfile(int out, int in, off_t *place, size_t size) {
    REAL(sendfile);
    char path[PATH_MAX];
    if (control) {
        path_of(out, path);
        if (below(path)) { errno = ENOSYS; return -1; }
    }
    return real_sendfile(out, in, place, size);
}
ssize_t sendfile64(int out, int in, off64_t *place, size_t size) { return sendfile(out, in, place, size); }
ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t size, unsigned flags) {
    REAL(copy_file_range);
    char path[PATH_MAX];
    if (control) {
        path_of(out, path);
        if (below(path)) { errno = ENOSYS; return -1; }
    }
    return real_copy_file_range(in, from, out, to, size, flags);
}

static int sync_as(int file, int only_data) {
    char path[PATH_MAX];
    path[0] = 0;
    int what = COUNT;
    if (control) {
        path_of(file, path);
        what = due(SYNCS, path);
    }
    if (what == FAIL || what == SHORT) return failed();
    int done = (int)syscall(only_data ? SYS_fdatasync : SYS_fsync, file);
    if (!done) note(SYNCS, path, NULL, 0, 0);
    if (what == KILL_AFTER) die();
    return done;
}
int fsync(int file) { return sync_as(file, 0); }
int fdatasync(int file) { return sync_as(file, 1); }

static int cut_as(int file, off_t size) {
    char path[PATH_MAX];
    path[0] = 0;
    int what = COUNT;
    if (control) {
        path_of(file, path);
        what = due(CUTS, path);
    }
    if (what == FAIL || what == SHORT) return failed();
    int done = (int)syscall(SYS_ftruncate, file, size);
    if (!done) note(CUTS, path, NULL, 0, size);
    if (what == KILL_AFTER) die();
    return done;
}
int ftruncate(int file, off_t size) { return cut_as(file, size); }
int ftruncate64(int file, off64_t size) { return cut_as(file, size); }

/* A name is given or taken: `place` in the trace is 0 for a rename and 1 for a link, the data is the new name. */
static int name_as(const char *old, const char *new, int is_link) {
    char from[PATH_MAX], to[PATH_MAX];
    from[0] = to[0] = 0;
    int what = COUNT;
    if (control) {
        whole(AT_FDCWD, old, from);
        whole(AT_FDCWD, new, to);
        what = due(NAMES, to);
    }
    if (what == FAIL || what == SHORT) return failed();
    int done = (int)(is_link ? syscall(SYS_linkat, AT_FDCWD, old, AT_FDCWD, new, 0)
                             : syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0));
    if (!done) note(NAMES, from, to, strlen(to), is_link);
    if (what == KILL_AFTER) die();
    return done;
}
int rename(const char *old, const char *new) { return name_as(old, new, 0); }
int link(const char *old, const char *new) { return name_as(old, new, 1); }
int linkat(int old_folder, const char *old, int new_folder, const char *new, int flags) {
    REAL(linkat);
    if (old_folder == AT_FDCWD && new_folder == AT_FDCWD) return name_as(old, new, 1);
    return real_linkat(old_folder, old, new_folder, new, flags);
}

static int remove_as(int folder, const char *path, int flags) {
    char full[PATH_MAX];
    full[0] = 0;
    int what = COUNT;
    if (control) {
        whole(folder, path, full);
        what = due(REMOVES, full);
    }
    if (what == FAIL || what == SHORT) return failed();
    int done = (int)syscall(SYS_unlinkat, folder, path, flags);
    if (!done) note(REMOVES, full, NULL, 0, 0);
    if (what == KILL_AFTER) die();
    return done;
}
int unlink(const char *path) { return remove_as(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return remove_as(folder, path, flags); }

int mkdir(const char *path, mode_t mode) {
    char full[PATH_MAX];
    full[0] = 0;
    int what = COUNT;
    if (control) {
        whole(AT_FDCWD, path, full);
        what = due(FOLDERS, full);
    }
    if (what == FAIL || what == SHORT) return failed();
    int done = (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
    if (!done) note(FOLDERS, full, NULL, 0, 0);
    if (what == KILL_AFTER) die();
    return done;
}

static void *map_as(void *where, size_t size, int protection, int flags, int file, off64_t place) {
    int what = COUNT;
    if (control && file >= 0) {
        char path[PATH_MAX];
        path_of(file, path);
        what = due(MAPS, path);
    }
    if (what == FAIL || what == SHORT) {
        errno = control->error;
        return MAP_FAILED;
    }
    void *mapped = (void *)syscall(SYS_mmap, where, size, protection, flags, file, place);
    if (what == KILL_AFTER) die();
    return mapped;
}
void *mmap(void *where, size_t size, int protection, int flags, int file, off_t place) {
    return map_as(where, size, protection, flags, file, place);
}
void *mmap64(void *where, size_t size, int protection, int flags, int file, off64_t place) {
    return map_as(where, size, protection, flags, file, place);
}
