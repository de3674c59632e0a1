#include "core/api/route.h"

namespace caas::api {

const std::vector<Route>& routes() {
    static const std::vector<Route> all = [] {
        std::vector<Route> out;
        for (const auto rows :
             {generate_routes(),
              content_routes(),
              lint_routes(),
              post_routes(),
              account_routes(),
              slot_routes(),
              series_routes(),
              token_routes(),
              workspace_routes(),
              voice_routes(),
              meta_routes()})
            out.insert(out.end(), rows.begin(), rows.end());
        return out;
    }();
    return all;
}

}  // namespace caas::api
