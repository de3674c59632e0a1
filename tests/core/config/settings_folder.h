// A folder of its own for each test, with files written by the test.
#pragma once

#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/fake/folder.h"

namespace caas {

struct Folder : fake::Folder {
    std::filesystem::path write(std::string_view name, std::string_view text) const {
        const auto file = path() / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
        return file;
    }
};

}  // namespace caas
