#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/media/place.h"

namespace caas::media {
namespace {

namespace fs = std::filesystem;

class Folder final : public Place {
  public:
    explicit Folder(fs::path folder) : folder_(std::move(folder)) {}

    void keep(const std::string& digest, const fs::path& file) override {
        const auto name = path_of(digest);
        make_folder(name.parent_path());
        if (::rename(file.c_str(), name.c_str()) != 0)
            throw Error(
                errno == ENOSPC ? Code::storage_full : Code::unavailable,
                "The media file cannot be put into its place",
                "check the folder media of the data folder");
        sync(name.parent_path());
    }

    fs::path fetch(const std::string& digest) override {
        auto name = path_of(digest);

        struct stat facts {};

        if (::stat(name.c_str(), &facts) == 0) {
            if (S_ISREG(facts.st_mode))
                return name;
        } else if (errno == EACCES) {
            throw Error(
                Code::forbidden,
                "Not allowed to look for the file of the medium, " + name.string(),
                "give " + folder_.string() + " and what is in it to the user caas runs as");
        }
        throw Error(
            Code::not_found,
            "The file of the medium is not there any more",
            "add it again: caas media add FILE");
    }

    void remove(const std::string& digest) override {
        std::error_code failed;
        fs::remove(path_of(digest), failed);
        if (failed)
            throw Error(Code::unavailable, "A media file cannot be deleted");
    }

    fs::path anteroom() const override { return folder_ / "incoming"; }

  private:
    // Never more than 256 folders, and few files in each.
    fs::path path_of(const std::string& digest) const {
        require_digest(digest);
        return folder_ / digest.substr(0, 2) / digest;
    }

    static void sync(const fs::path& folder) {
        const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0)
            return;
        ::fsync(fd);
        ::close(fd);
    }

    fs::path folder_;
};

}  // namespace

std::unique_ptr<Place> folder_place(const fs::path& folder) {
    return std::make_unique<Folder>(folder);
}

Condition look_at(Place& place, const std::string& digest, const std::function<void()>& pulse) {
    try {
        const auto is_whole = [&] {
            return digest_of(bytes_of_file(place.fetch(digest)), pulse) == digest;
        };
        return is_whole() || (place.drop_copy(digest) && is_whole()) ? Condition::whole
                                                                     : Condition::damaged;
    } catch (const Error& error) {
        if (error.code() != Code::not_found)
            throw;
        return Condition::missing;
    }
}

void require_digest(const std::string& digest) {
    if (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)
        throw Error(Code::internal, "This is no name of a media file");
}

int sweep_folder(const fs::path& folder, Milliseconds unused, Instant now) {
    int gone = 0;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        struct stat facts {};

        if (::lstat(entry.path().c_str(), &facts) != 0 || !S_ISREG(facts.st_mode))
            continue;
        const auto touched = std::max(facts.st_atime, facts.st_mtime);
        if (from_ms(std::int64_t{touched} * 1000) + unused > now)
            continue;
        if (fs::remove(entry.path(), failed))
            ++gone;
    }
    return gone;
}

}  // namespace caas::media
