// For root, who looks after the data of somebody else: what root makes in the folder of a service
// is root's, and the service can no longer read it.
#pragma once

#include <filesystem>

namespace caas {

// When this process is root and `folder` belongs to another user: takes that user and the folder's
// group for good, and says true. Nothing is done about a folder that is not there. Where the user
// cannot come to the folder from outside (systemd keeps those of dynamic users where only root may
// enter), the calling thread and those it makes keep the right to enter and read everything;
// programs that are started from here do not have it. Before anything is opened or made. Throws
// Error(forbidden) when the system refuses; nothing may be done in the folder then.
bool act_as_owner(const std::filesystem::path& folder);

}  // namespace caas
