// Where the bytes of media lie, by the SHA-256 of each file: a folder, or storage that speaks S3.
// Thread-safe, and several daemons may share one.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/secret.h"
#include "core/media/bytes.h"
#include "core/net/http_client.h"

namespace caas::media {

class Place {
  public:
    Place() = default;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    virtual ~Place() = default;

    // Keeps the file under its digest, durably; afterwards `file` may be gone. Keeping what is
    // there already changes nothing. Throws Error: storage_full, unavailable.
    virtual void keep(const std::string& digest, const std::filesystem::path& file) = 0;
    // A file of this machine with those bytes. Throws Error: not_found, forbidden (the folder is
    // closed to this user), unavailable.
    virtual std::filesystem::path fetch(const std::string& digest) = 0;

    // Drops this machine's copy, so that the next fetch() brings another. False: there is none, or
    // it is the only one.
    virtual bool drop_copy(const std::string& /*digest*/) { return false; }

    // What is gone already is no error.
    virtual void remove(const std::string& digest) = 0;
    // Where files lie while they come in, on the same disk as what is kept here.
    virtual std::filesystem::path anteroom() const = 0;
};

enum class Condition : std::uint8_t { whole, missing, damaged };

// What became of a file that was kept: reads all of it, and calls `pulse`, if there is one, with
// each piece. A damaged copy of a file that lies elsewhere is fetched anew. Throws Error as fetch()
// does, but not not_found.
Condition look_at(Place& place, const std::string& digest, const std::function<void()>& pulse = {});

// `folder` is made when it is first needed.
std::unique_ptr<Place> folder_place(const std::filesystem::path& folder);

// Storage that speaks S3 (AWS, MinIO, R2, Garage …).
struct Bucket {
    std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com", without a slash at its end
    std::string name;
    std::string region;
    std::string prefix;  // of the keys, may be empty
    std::string access_key;
    Secret secret_key;
};

// What was fetched is kept in `cache`, a folder of this machine. `http` and `clock` outlive it.
std::unique_ptr<Place> bucket_place(
    Bucket bucket, const std::filesystem::path& cache, net::HttpClient& http, Clock& clock);

// Deletes from a folder of files what nobody read for `unused`; for a cache and for an anteroom
// whose uploads broke off. Gives how many went.
int sweep_folder(const std::filesystem::path& folder, Milliseconds unused, Instant now);

// Throws Error(internal) unless it is 64 hexadecimal digits: it becomes part of a path.
void require_digest(const std::string& digest);

}  // namespace caas::media
