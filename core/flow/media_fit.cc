#include "core/flow/media_fit.h"

#include "core/base/error.h"
#include "core/config/paths.h"
#include "core/flow/media.h"
#include "core/media/file.h"
#include "core/media/film.h"
#include "core/media/fitting.h"
#include "core/platform/fit.h"

namespace caas::flow {
namespace {

// Where it cannot be looked at, it is told when it is sent.
bool is_spoilt(const Tools& tools, const media::Rendition& made) {
    try {
        return media::look_at(*media_place(tools), made.digest) != media::Condition::whole;
    } catch (const Error&) {
        return false;
    }
}

std::filesystem::path picture_program() {
    auto program = config::find_helper(config::own_executable(), "caas-picture");
    if (program.empty())
        throw Error(
            Code::unavailable,
            "The program caas-picture, which makes pictures fit, is not there",
            "it is installed with caas, in libexec/caas");
    return program;
}

struct Note {
    std::string recipe;
    std::string words;  // what was done
};

media::Rendition keep_rendition(
    const Tools& tools,
    media::Place& place,
    const media::Medium& medium,
    const media::Fitted& fitted,
    const Note& note) {
    const media::Rendition made{
        note.recipe,
        fitted.file->digest(),
        fitted.facts.type,
        fitted.file->size(),
        fitted.facts.width,
        fitted.facts.height,
        note.words};
    tools.store.write([&](store::Transaction& transaction) {
        media::announce(transaction, made.digest, made.size, tools.clock.now());
    });
    place.keep(made.digest, fitted.file->path());
    tools.store.write([&](store::Transaction& transaction) {
        // Gone meanwhile: the file goes with the next sweep.
        if (media::find(transaction, medium.workspace, medium.id))
            media::keep_rendition(transaction, medium.id, made, tools.clock.now());
    });
    return made;
}

media::Rendition make_rendition(
    const Tools& tools,
    const media::Medium& medium,
    const media::FitOrder& order,
    const std::string& recipe) {
    const auto place = media_place(tools);
    const auto source = place->fetch(medium.digest);
    const auto before = media::probe(media::bytes_of_file(source));
    const auto fitted = media::fit(picture_program(), *place, source, order);
    return keep_rendition(
        tools, *place, medium, fitted, {recipe, media::words_for(before, fitted.facts)});
}

}  // namespace

platform::Medium as_rules_see(const media::Medium& medium) {
    platform::Medium out;
    out.id = medium.id.text();
    out.type = medium.type;
    out.size = medium.size;
    out.width = medium.width;
    out.height = medium.height;
    out.duration = medium.duration;
    out.frames = medium.frames;
    out.frame_rate = medium.frame_rate;
    out.codec = medium.codec;
    out.alt = medium.alt;
    return out;
}

void fit_media(
    const Tools& tools,
    const WorkspaceId& workspace,
    const content::Body& body,
    std::string_view platform,
    const platform::Limits& limits) {
    struct Wanted {
        media::Medium medium;
        platform::Fit fit;
        std::optional<media::Rendition> made;
    };

    std::vector<Wanted> wanted;
    tools.store.read([&](store::Reader& reader) {
        for (const auto& part : content::parts_for(body, platform)) {
            for (const auto& id : part.media) {
                const auto medium = media::find(reader, workspace, MediumId(id));
                const auto fit =
                    medium ? platform::fit_for(as_rules_see(*medium), limits) : std::nullopt;
                if (fit)
                    wanted.push_back(
                        {*medium,
                         *fit,
                         media::find_rendition(reader, workspace, medium->id, fit->recipe())});
            }
        }
    });
    for (const auto& [medium, fit, before] : wanted) {
        if (before && !is_spoilt(tools, *before))
            continue;
        try {
            const auto made = make_rendition(
                tools,
                medium,
                {fit.type, fit.alternative, fit.bytes, fit.width, fit.height},
                fit.recipe());
            tools.log.write(
                Level::info,
                "media.fitted",
                {{"medium", medium.id.text()},
                 {"platform", std::string(platform)},
                 {"what", made.note}});
        } catch (const Error& error) {
            if (error.code() != Code::invalid)
                throw;
            throw Error(
                Code::content_rejected,
                error.what(),
                error.hint(),
                {{"/media/" + medium.id.text(),
                  std::string(platform) + ".media.unfit",
                  error.what()}});
        }
    }
}

media::Rendition thumbnail(const Tools& tools, const media::Medium& medium) {
    constexpr int side = 320;
    constexpr std::int64_t most_bytes = 100'000;
    const std::string recipe = "thumbnail";
    auto made = tools.store.read([&](store::Reader& reader) {
        return media::find_rendition(reader, medium.workspace, medium.id, recipe);
    });
    if (made)
        return *std::move(made);
    if (medium.is_video()) {
        const auto ffmpeg = media::find_ffmpeg(tools.settings.text("media.ffmpeg"));
        const auto place = media_place(tools);
        return keep_rendition(
            tools,
            *place,
            medium,
            media::still_of(ffmpeg, *place, place->fetch(medium.digest), side),
            {recipe, "the beginning of the video"});
    }
    const bool may_be_clear = medium.type != "image/jpeg";
    return make_rendition(
        tools,
        medium,
        {may_be_clear ? "image/png" : "image/jpeg",
         may_be_clear ? "image/jpeg" : "",
         most_bytes,
         side,
         side},
        recipe);
}

}  // namespace caas::flow
