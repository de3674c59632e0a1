// /api/schema: the OpenAPI document, and Swagger UI to read and try it in a browser.
#include <array>

#include <nlohmann/json.hpp>

#include "core/api/openapi.h"
#include "core/api/route.h"
#include "core/base/error.h"
#include "core/base/file.h"

namespace caas::api {
namespace {

Response schema(Call& call) {
    return json_response(200, openapi(call.context.vital().version));
}

struct PageFile {
    std::string_view name;
    std::string_view folder;  // under share/swagger-ui; dist/ is what npm brought (build.sh there)
    std::string_view type;
};

constexpr auto page_files = std::to_array<PageFile>({
    {"index.html", "", "text/html; charset=utf-8"},
    {"missing.html", "", "text/html; charset=utf-8"},
    {"start.js", "", "text/javascript; charset=utf-8"},
    {"page.css", "", "text/css; charset=utf-8"},
    {"swagger-ui-bundle.js", "dist", "text/javascript; charset=utf-8"},
    {"swagger-ui.css", "dist", "text/css; charset=utf-8"},
});

// Scripts and styles from here only, none inline; calls to here only.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
    "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

Response send(const Call& call, std::string_view name) {
    const auto* row = std::find_if(
        page_files.begin(), page_files.end(), [&](const auto& file) { return file.name == name; });
    const auto path = row == page_files.end()
                          ? std::filesystem::path()
                          : call.tools().share / "swagger-ui" / row->folder / row->name;
    std::error_code why;
    const auto size = path.empty() ? 0 : std::filesystem::file_size(path, why);
    if (path.empty() || why)
        throw Error(
            Code::not_found,
            "There is no such file here",
            "the page is at /api/schema/swagger-ui/");
    Response response;
    response.headers.emplace_back("Content-Type", row->type);
    response.headers.emplace_back("Content-Security-Policy", policy);
    response.headers.emplace_back("Cache-Control", "no-cache");
    response.body = FileRange{path, 0, size};
    return response;
}

Response page(Call& call) {
    std::error_code why;
    const auto built = call.tools().share / "swagger-ui/dist/swagger-ui-bundle.js";
    return send(call, std::filesystem::exists(built, why) ? "index.html" : "missing.html");
}

Response file(Call& call) {
    return send(call, call.id("file"));
}

constexpr std::array rows{
    Route{
        .method = "GET",
        .pattern = "/api/schema",
        .access = Access::open,
        .handle = schema,
        .summary = "show this document",
        .id = "get_schema",
        .answer = "OpenApi",
        .rate = Rate::none},
    Route{
        .method = "GET",
        .pattern = "/api/schema/swagger-ui",
        .access = Access::open,
        .handle = page,
        .summary = "show the API in a browser",
        .id = "get_swagger_ui",
        .answer = "Page",
        .media_type = "text/html",
        .rate = Rate::none},
    Route{
        .method = "GET",
        .pattern = "/api/schema/swagger-ui/{file}",
        .access = Access::open,
        .handle = file,
        .summary = "give a file of that page",
        .id = "get_swagger_ui_file",
        .answer = "PageFile",
        .media_type = "text/html text/javascript text/css",
        .rate = Rate::none},
};

}  // namespace

std::span<const Route> documentation_routes() {
    return rows;
}

}  // namespace caas::api
