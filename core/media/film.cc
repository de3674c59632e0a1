#include "core/media/film.h"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/error.h"
#include "core/media/child.h"

namespace caas::media {
namespace {

constexpr std::int64_t most_result_bytes = std::int64_t{16} << 20U;
constexpr std::int64_t memory = std::int64_t{2} << 30U;
constexpr int seconds = 60;

bool is_program(const std::filesystem::path& file) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::filesystem::path find_ffmpeg(const std::string& named) {
    if (named.find('/') != std::string::npos) {
        if (is_program(named))
            return named;
    } else if (!named.empty()) {
        for (const std::filesystem::path folder : {"/usr/local/bin", "/usr/bin", "/bin"}) {
            if (is_program(folder / named))
                return folder / named;
        }
    }
    throw Error(
        Code::unsupported_media_type,
        "A still picture of a video takes ffmpeg, which is not on this machine",
        "install it (apt install ffmpeg), or say in media.ffmpeg where it is; publishing videos "
        "does not need it");
}

Fitted still_of(
    const std::filesystem::path& ffmpeg,
    Place& place,
    const std::filesystem::path& source,
    int width) {
    const Descriptor nothing(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    auto made = std::make_unique<Incoming>(place.anteroom(), most_result_bytes);
    // Local files only, whatever the video refers to; one thread, one picture.
    const auto ran =
        run({ffmpeg.string(),
             "-v",
             "error",
             "-nostdin",
             "-protocol_whitelist",
             "file,pipe",
             "-threads",
             "1",
             "-i",
             source.string(),
             "-an",
             "-frames:v",
             "1",
             "-vf",
             "scale='min(" + std::to_string(width) + ",iw)':-2",
             "-c:v",
             "mjpeg",
             "-f",
             "image2pipe",
             "-"},
            nothing.get(),
            *made,
            {memory, seconds});
    if (ran.ending == Ran::Ending::not_started || ran.ending == Ran::Ending::late)
        throw Error(
            Code::unavailable,
            ran.ending == Ran::Ending::late ? "ffmpeg took too long over the video"
                                            : "ffmpeg cannot be started",
            "try again later");
    if (ran.ending != Ran::Ending::well || made->size() == 0)
        throw Error(
            Code::invalid,
            "ffmpeg cannot read the video" + (ran.words.empty() ? "" : ": " + ran.words),
            "play it, and save it again as MP4");
    made->finish();
    auto facts = probe(bytes_of_file(made->path()));
    return {std::move(made), std::move(facts)};
}

}  // namespace caas::media
