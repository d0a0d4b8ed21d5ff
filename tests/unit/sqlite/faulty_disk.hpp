#pragma once

#include <sqlite3.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace cinema::tests
{

/// A disk for SQLite whose writes and syncs of write-ahead logs fail when told to. All files that
/// are opened while it lives, and only they, lie on it. One at a time.
class faulty_disk
{
public:
    faulty_disk()
    {
        system() = sqlite3_vfs_find(nullptr);
        vfs_ = *system();
        vfs_.zName = "faulty";
        vfs_.szOsFile = static_cast<int>(sizeof(file)) + system()->szOsFile;
        vfs_.xOpen = open;
        vfs_.xGetLastError = last_error;
        sqlite3_vfs_register(&vfs_, 1);
        fail_writes() = 0;
        fail_syncs() = 0;
    }
    ~faulty_disk() { sqlite3_vfs_unregister(&vfs_); }
    faulty_disk(const faulty_disk&) = delete;
    faulty_disk& operator=(const faulty_disk&) = delete;

    /// From now on writing to a log gives this result code; 0: it succeeds.
    void fail_writes_with(int result_code) { fail_writes() = result_code; }

    /// From now on syncing a log gives this result code, though it is synced; 0: it succeeds.
    void fail_syncs_with(int result_code) { fail_syncs() = result_code; }

private:
    struct file // followed by the system's own
    {
        sqlite3_file base;
        bool is_log;
    };

    static sqlite3_vfs*& system()
    {
        static sqlite3_vfs* vfs = nullptr;
        return vfs;
    }
    static std::atomic<int>& fail_writes()
    {
        static std::atomic<int> code{0};
        return code;
    }
    static std::atomic<int>& fail_syncs()
    {
        static std::atomic<int> code{0};
        return code;
    }
    static sqlite3_file* under(sqlite3_file* of)
    {
        return reinterpret_cast<sqlite3_file*>(reinterpret_cast<file*>(of) + 1);
    }
    static bool is_log(sqlite3_file* of) { return reinterpret_cast<file*>(of)->is_log; }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* out, int flags, int* out_flags)
    {
        auto* const made = reinterpret_cast<file*>(out);
        made->is_log = (flags & SQLITE_OPEN_WAL) != 0;
        const int result = system()->xOpen(system(), name, under(out), flags, out_flags);
        made->base.pMethods = under(out)->pMethods == nullptr ? nullptr : methods();
        return result;
    }
    static int last_error(sqlite3_vfs*, int, char*) { return 0; }

    static int write(sqlite3_file* to, const void* data, int size, sqlite3_int64 at)
    {
        if (const int code = is_log(to) ? fail_writes().load() : 0; code != 0)
            return code;
        return under(to)->pMethods->xWrite(under(to), data, size, at);
    }
    static int sync(sqlite3_file* of, int flags)
    {
        const int result = under(of)->pMethods->xSync(under(of), flags);
        const int code = is_log(of) ? fail_syncs().load() : 0;
        return code != 0 ? code : result;
    }

    /// Passes a call on to the system's file.
    template <auto Method>
    struct pass;
    template <class... Arguments, int (*sqlite3_io_methods::*Method)(sqlite3_file*, Arguments...)>
    struct pass<Method>
    {
        static int call(sqlite3_file* of, Arguments... arguments)
        {
            return (under(of)->pMethods->*Method)(under(of), arguments...);
        }
    };
    static void barrier(sqlite3_file* of) { under(of)->pMethods->xShmBarrier(under(of)); }

    static const sqlite3_io_methods* methods()
    {
        using io = sqlite3_io_methods;
        static const sqlite3_io_methods all{
            3,
            pass<&io::xClose>::call,
            pass<&io::xRead>::call,
            write,
            pass<&io::xTruncate>::call,
            sync,
            pass<&io::xFileSize>::call,
            pass<&io::xLock>::call,
            pass<&io::xUnlock>::call,
            pass<&io::xCheckReservedLock>::call,
            pass<&io::xFileControl>::call,
            pass<&io::xSectorSize>::call,
            pass<&io::xDeviceCharacteristics>::call,
            pass<&io::xShmMap>::call,
            pass<&io::xShmLock>::call,
            barrier,
            pass<&io::xShmUnmap>::call,
            pass<&io::xFetch>::call,
            pass<&io::xUnfetch>::call,
        };
        return &all;
    }

    sqlite3_vfs vfs_{};
};

} // namespace cinema::tests
