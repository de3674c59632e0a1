// The little of EXIF and XMP that matters here: how a picture is to be turned, and whether it tells
// where it was taken. Pure functions over any bytes.
#pragma once

#include <string>
#include <string_view>

namespace caas::media {

struct Exif {
    int orientation = 1;
    bool has_location = false;
};

// `tiff`: from the byte order mark on, without "Exif\0\0".
Exif read_exif(std::string_view tiff);
// A whole EXIF of nothing but the orientation.
std::string orientation_exif(int orientation);

// Errs on the side of yes.
bool xmp_has_location(std::string_view packet);
bool iptc_has_location(std::string_view block);

}  // namespace caas::media
