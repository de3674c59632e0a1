#include "core/api/roles.h"

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace caas::api {

access::Role take_role(Fields& fields) {
    const auto text = fields.required_text("role");
    const auto role = access::role_of(text);
    if (!role)
        throw Error(
            Code::invalid,
            "There is no role `" + text::repaired(text.substr(0, 40)) + "`",
            "one of owner, admin, member, viewer; see: caas org roles",
            {{fields.pointer_to("role"), "unknown", "one of owner, admin, member, viewer"}});
    return *role;
}

}  // namespace caas::api
