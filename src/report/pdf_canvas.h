#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trailwatch/base/result.h"
#include "trailwatch/base/time.h"
#include "trailwatch/report/workbook.h"

namespace trailwatch::report {

// Pages to draw on, by Pango and Cairo with the machine's fonts; lengths are centimetres from the upper left corner,
// type sizes points. The same calls give the same bytes on the same machine. A character that no font has prints as 〓.
class PdfCanvas {
 public:
  using Align = TableColumn::Align;

  struct Colour {
    double red = 0, green = 0, blue = 0;
  };

  // `out` must outlive it; complete after `finish`.
  PdfCanvas(std::string& out, double width_cm, double height_cm);
  ~PdfCanvas();

  // `made` is written into the file as when it was made.
  void describe(const std::string& title, LocalTime made);
  void use_font(double points);
  void use_colour(Colour colour);
  // How high a text becomes in the font in use.
  double height(std::string_view text, double width, Align align);
  // In the middle of `room`, where there is more room than it needs.
  void text(double x, double y, double width, Align align, std::string_view text, double room = 0);
  // Stroked in black; filled first where there is a colour.
  void box(double x, double y, double width, double height, const Colour* fill = nullptr);
  void fill(double x, double y, double width, double height, Colour colour);
  void line(double x1, double y1, double x2, double y2, double points = 0.5, bool is_dashed = false);
  void path(const std::vector<std::pair<double, double>>& places, double points, bool is_dashed);
  void polygon(const std::vector<std::pair<double, double>>& places);
  void dot(double x, double y, double radius);
  // An entry of the reader's outline, to the page with this number (from 1).
  void outline(const std::string& name, std::size_t page);
  void next_page();
  // Fails with Errc::unavailable.
  Status finish();
  // `字型未收錄、以〓代替之字元： U+E000`; empty while every character was found.
  std::string unknown_note() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace trailwatch::report
