// libgit2 for Swift. `git_libgit2_opts` is variadic and so invisible to Swift: each option that
// Sluice sets has a function of its own type here.
#ifndef SLUICE_CGIT2_H
#define SLUICE_CGIT2_H

#include <git2.h>
#include <git2/sys/alloc.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
// Packs are made of it. libgit2 needs it too, so it is wherever libgit2's own headers are.
#include <zlib.h>

static inline int cgit2_set_int(int option, int value) { return git_libgit2_opts(option, value); }
static inline int cgit2_set_size(int option, size_t value) { return git_libgit2_opts(option, value); }
static inline int cgit2_set_search_path(git_config_level_t level, const char *path) {
    return git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, path);
}
static inline int cgit2_set_allocator(git_allocator *allocator) {
    return git_libgit2_opts(GIT_OPT_SET_ALLOCATOR, allocator);
}
static inline int cgit2_set_extensions(const char **names, size_t count) {
    return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, names, count);
}
// A macro, as Swift sees none.
static inline int cgit2_inflate_begin(z_stream *stream) { return inflateInit(stream); }

#endif
