#include "report/pdf_canvas.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <numbers>
#include <set>

#include "trailwatch/base/text.h"

namespace trailwatch::report {

namespace {

constexpr double kPoint = 72 / 2.54;  // points in a centimetre
// TrueType first: print shops and old readers trip over the outlines of the others.
constexpr const char* kFonts = "TW-Kai,AR PL UMing TW,AR PL UMing TW MBE,Noto Serif CJK TC,Noto Sans CJK TC,serif";

struct Free {
  void operator()(cairo_surface_t* it) const { cairo_surface_destroy(it); }
  void operator()(cairo_t* it) const { cairo_destroy(it); }
  void operator()(PangoLayout* it) const { g_object_unref(it); }
  void operator()(PangoFontDescription* it) const { pango_font_description_free(it); }
};
template <typename T>
using Held = std::unique_ptr<T, Free>;

cairo_status_t append(void* to, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

struct PdfCanvas::Impl {
  Impl(std::string& out, double width_cm, double height_cm)
      : surface(cairo_pdf_surface_create_for_stream(&append, &out, width_cm * kPoint, height_cm * kPoint)),
        cairo(cairo_create(surface.get())),
        layout(pango_cairo_create_layout(cairo.get())) {
    // A point of type is a point of the page, not of a screen, and letters stand where they belong, not on its dots.
    PangoContext* const context = pango_layout_get_context(layout.get());
    pango_cairo_context_set_resolution(context, 72);
    cairo_font_options_t* const options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE);
    pango_layout_context_changed(layout.get());
    pango_layout_set_line_spacing(layout.get(), 1.15F);
    pango_layout_set_wrap(layout.get(), PANGO_WRAP_WORD_CHAR);
    PangoAttrList* const attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_fallback_new(TRUE));
    pango_layout_set_attributes(layout.get(), attributes);
    pango_attr_list_unref(attributes);
    cairo_set_line_width(cairo.get(), 0.5);
  }

  // Each character is looked up in the fonts once.
  bool has_glyph(char32_t c) {
    const auto found = glyphs.find(c);
    if (found != glyphs.end()) return found->second;
    std::string text;
    append_utf8(text, c);
    pango_layout_set_text(layout.get(), text.data(), static_cast<int>(text.size()));
    const bool is_known = c == '\n' || pango_layout_get_unknown_glyphs_count(layout.get()) == 0;
    return glyphs[c] = is_known;
  }

  std::string replaced(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      const bool is_known = has_glyph(c);
      if (!is_known) unknown.insert(c);
      append_utf8(out, is_known ? c : U'〓');
    }
    return out;
  }

  void trace(const std::vector<std::pair<double, double>>& places) {
    cairo_new_path(cairo.get());  // a text before it has left its place
    for (const auto& [x, y] : places) cairo_line_to(cairo.get(), x * kPoint, y * kPoint);
  }

  Held<cairo_surface_t> surface;
  Held<cairo_t> cairo;
  Held<PangoLayout> layout;
  std::map<char32_t, bool> glyphs;
  std::set<char32_t> unknown;
};

PdfCanvas::PdfCanvas(std::string& out, double width_cm, double height_cm)
    : impl_(std::make_unique<Impl>(out, width_cm, height_cm)) {}
PdfCanvas::~PdfCanvas() = default;

void PdfCanvas::describe(const std::string& title, LocalTime made) {
  const std::string at = format_day(made.day) + "T" + format_clock(made);
  cairo_surface_t* const surface = impl_->surface.get();
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "trailwatch");
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, at.c_str());
}

// One weight: the fonts have no other, and would be replaced for it.
void PdfCanvas::use_font(double points) {
  const Held<PangoFontDescription> font(pango_font_description_from_string(kFonts));
  pango_font_description_set_size(font.get(), static_cast<int>(points * PANGO_SCALE));
  pango_layout_set_font_description(impl_->layout.get(), font.get());
}

void PdfCanvas::use_colour(Colour colour) {
  cairo_set_source_rgb(impl_->cairo.get(), colour.red, colour.green, colour.blue);
}

double PdfCanvas::height(std::string_view text, double width, Align align) {
  PangoLayout* const layout = impl_->layout.get();
  const std::string known = impl_->replaced(text);
  pango_layout_set_width(layout, static_cast<int>(std::max(width, 0.1) * kPoint * PANGO_SCALE));
  pango_layout_set_alignment(layout, align == Align::centre  ? PANGO_ALIGN_CENTER
                                     : align == Align::right ? PANGO_ALIGN_RIGHT
                                                             : PANGO_ALIGN_LEFT);
  pango_layout_set_text(layout, known.data(), static_cast<int>(known.size()));
  int out = 0;
  pango_layout_get_size(layout, nullptr, &out);
  return out / (PANGO_SCALE * kPoint);
}

void PdfCanvas::text(double x, double y, double width, Align align, std::string_view text, double room) {
  const double tall = height(text, width, align);
  cairo_move_to(impl_->cairo.get(), x * kPoint, (y + std::max(room - tall, 0.0) / 2) * kPoint);
  pango_cairo_show_layout(impl_->cairo.get(), impl_->layout.get());
}

void PdfCanvas::box(double x, double y, double width, double height, const Colour* fill) {
  cairo_t* const cairo = impl_->cairo.get();
  cairo_new_path(cairo);
  cairo_rectangle(cairo, x * kPoint, y * kPoint, width * kPoint, height * kPoint);
  if (fill != nullptr) {
    use_colour(*fill);
    cairo_fill_preserve(cairo);
    use_colour({});
  }
  cairo_stroke(cairo);
}

void PdfCanvas::fill(double x, double y, double width, double height, Colour colour) {
  use_colour(colour);
  cairo_new_path(impl_->cairo.get());
  cairo_rectangle(impl_->cairo.get(), x * kPoint, y * kPoint, width * kPoint, height * kPoint);
  cairo_fill(impl_->cairo.get());
  use_colour({});
}

void PdfCanvas::line(double x1, double y1, double x2, double y2, double points, bool is_dashed) {
  path({{x1, y1}, {x2, y2}}, points, is_dashed);
}

void PdfCanvas::path(const std::vector<std::pair<double, double>>& places, double points, bool is_dashed) {
  cairo_t* const cairo = impl_->cairo.get();
  cairo_save(cairo);
  cairo_set_line_width(cairo, points);
  const std::array<double, 2> dashes = {4, 3};
  if (is_dashed) cairo_set_dash(cairo, dashes.data(), static_cast<int>(dashes.size()), 0);
  impl_->trace(places);
  cairo_stroke(cairo);
  cairo_restore(cairo);
}

void PdfCanvas::polygon(const std::vector<std::pair<double, double>>& places) {
  impl_->trace(places);
  cairo_close_path(impl_->cairo.get());
  cairo_fill(impl_->cairo.get());
}

void PdfCanvas::dot(double x, double y, double radius) {
  cairo_new_path(impl_->cairo.get());
  cairo_arc(impl_->cairo.get(), x * kPoint, y * kPoint, radius * kPoint, 0, 2 * std::numbers::pi);
  cairo_fill(impl_->cairo.get());
}

void PdfCanvas::outline(const std::string& name, std::size_t page) {
  const std::string target = "page=" + std::to_string(page) + " pos=[0 0]";
  cairo_pdf_surface_add_outline(impl_->surface.get(), CAIRO_PDF_OUTLINE_ROOT, name.c_str(), target.c_str(),
                                static_cast<cairo_pdf_outline_flags_t>(0));
}

void PdfCanvas::next_page() {
  cairo_show_page(impl_->cairo.get());
}

Status PdfCanvas::finish() {
  cairo_surface_finish(impl_->surface.get());
  const cairo_status_t status = cairo_surface_status(impl_->surface.get());
  if (status == CAIRO_STATUS_SUCCESS) return Done{};
  return Error{Errc::unavailable, std::string("the PDF could not be made: ") + cairo_status_to_string(status), "", {}};
}

std::string PdfCanvas::unknown_note() const {
  if (impl_->unknown.empty()) return "";
  std::string out = "字型未收錄、以〓代替之字元：";
  for (const char32_t c : impl_->unknown) {
    std::array<char, 16> code{};
    std::snprintf(code.data(), code.size(), " U+%04X", static_cast<unsigned>(c));
    out += code.data();
  }
  return out;
}

}  // namespace trailwatch::report
