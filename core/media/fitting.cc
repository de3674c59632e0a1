#include "core/media/fitting.h"

#include <fcntl.h>

#include "core/base/error.h"
#include "core/media/child.h"

namespace caas::media {
namespace {

constexpr std::int64_t most_result_bytes = std::int64_t{512} << 20U;

std::string format_of(const std::string& type) {
    if (type == "image/jpeg")
        return "JPEG";
    return type == "image/png" ? "PNG" : "WebP";
}

}  // namespace

Fitted fit(
    const std::filesystem::path& program,
    Place& place,
    const std::filesystem::path& source,
    const FitOrder& order) {
    const auto before = probe(bytes_of_file(source));
    const Descriptor input(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    auto made = std::make_unique<Incoming>(place.anteroom(), most_result_bytes);
    const auto ran =
        run({program.string(),
             order.type,
             order.alternative,
             std::to_string(order.bytes),
             std::to_string(order.width),
             std::to_string(order.height),
             std::to_string(before.orientation)},
            input.get(),
            *made);
    if (ran.ending == Ran::Ending::not_started)
        throw Error(
            Code::unavailable,
            "The program caas-picture, which makes pictures fit, cannot be started",
            "it is installed with caas, in libexec/caas");
    if (ran.ending == Ran::Ending::late)
        throw Error(
            Code::unavailable,
            "Making the picture fit took too long",
            "try again, or a smaller one");
    if (ran.ending != Ran::Ending::well)
        throw Error(
            Code::invalid,
            "The picture cannot be made to fit: " +
                (ran.words.empty() ? std::string("it broke the program that reads it") : ran.words),
            "open it in a viewer and save it again");
    made->finish();
    auto facts = probe(bytes_of_file(made->path()));
    return {std::move(made), std::move(facts)};
}

std::string words_for(const Facts& before, const Facts& after) {
    std::string out;
    if (before.width != after.width || before.height != after.height)
        out = std::to_string(before.width) + "x" + std::to_string(before.height) + " made " +
              std::to_string(after.width) + "x" + std::to_string(after.height) + ", ";
    return out + (before.type == after.type ? "encoded anew as " : "made a ") +
           format_of(after.type);
}

}  // namespace caas::media
