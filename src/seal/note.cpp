#include "trailwatch/seal/note.h"

#include <algorithm>

#include "trailwatch/base/text.h"
#include "trailwatch/seal/base64.h"

namespace trailwatch::seal {

namespace {

constexpr std::string_view kLineStart = "\u2014 ";
constexpr std::size_t kNoteBytesMax = 1'000'000;
constexpr std::size_t kSignaturesMax = 100;
constexpr std::size_t kTimeBytes = 8;

Error bad_note(std::string what) {
  return Error{Errc::invalid, "this is not a signed note: " + std::move(what), "", {}};
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t out = 0;
  for (const char c : bytes) out = out << 8U | static_cast<unsigned char>(c);
  return out;
}
std::string big_endian(std::uint64_t value, int bytes) {
  std::string out;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift & 255U));
  return out;
}

std::optional<Signature> parse_signature(std::string_view line) {
  if (line.substr(0, kLineStart.size()) != kLineStart) return std::nullopt;
  line.remove_prefix(kLineStart.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto bytes = from_base64(line.substr(space + 1));
  Signature out{std::string(line.substr(0, space)), 0, ""};
  if (!bytes || bytes->size() < 5 || !is_key_name(out.name)) return std::nullopt;
  out.id = static_cast<std::uint32_t>(big_endian(std::string_view(*bytes).substr(0, 4)));
  out.bytes = bytes->substr(4);
  return out;
}

std::string cosigned_text(std::uint64_t seconds, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

}  // namespace

std::string to_text(const Signature& signature) {
  return std::string(kLineStart) + signature.name + " " + base64(big_endian(signature.id, 4) + signature.bytes) + "\n";
}

std::string to_text(const Note& note) {
  std::string out = note.text + "\n";
  for (const Signature& signature : note.signatures) out += to_text(signature);
  return out;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > kNoteBytesMax) return bad_note("it is larger than 1,000,000 bytes");
  if (!is_utf8(bytes)) return bad_note("it is not UTF-8");
  if (std::any_of(bytes.begin(), bytes.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; }))
    return bad_note("it holds control characters");
  // The last empty line parts text and signatures; the text may have empty lines of its own.
  const std::size_t blank = bytes.rfind("\n\n");
  if (blank == std::string_view::npos) return bad_note("there is no empty line before signatures");
  if (bytes.back() != '\n') return bad_note("its last line has no end");
  Note out{std::string(bytes.substr(0, blank + 1)), {}};
  for (std::string_view rest = bytes.substr(blank + 2); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    auto signature = parse_signature(rest.substr(0, end));
    if (!signature) return bad_note("a line below the text is no signature");
    if (out.signatures.size() == kSignaturesMax) return bad_note("it has more than 100 signatures");
    out.signatures.push_back(*std::move(signature));
    rest.remove_prefix(end + 1);
  }
  if (out.signatures.empty()) return bad_note("it has no signature");
  return out;
}

Signature sign(const SigningKey& key, std::string_view text) {
  TW_CHECK(key.verifier().type() == KeyType::log);
  return {key.verifier().name(), key.verifier().id(), key.sign(text)};
}

Signature cosign(const SigningKey& key, std::string_view text, Instant now) {
  TW_CHECK(key.verifier().type() == KeyType::witness && now.micros >= 0);
  const auto seconds = static_cast<std::uint64_t>(now.micros / kMicrosPerSecond);
  return {key.verifier().name(), key.verifier().id(),
          big_endian(seconds, kTimeBytes) + key.sign(cosigned_text(seconds, text))};
}

std::optional<Instant> cosigned_at(const Signature& signature) {
  if (signature.bytes.size() != kTimeBytes + 64) return std::nullopt;
  const std::uint64_t seconds = big_endian(std::string_view(signature.bytes).substr(0, kTimeBytes));
  if (seconds > static_cast<std::uint64_t>(INT64_MAX / kMicrosPerSecond)) return std::nullopt;
  return Instant{static_cast<std::int64_t>(seconds) * kMicrosPerSecond};
}

bool is_signed_by(const VerifierKey& key, std::string_view text, const Signature& signature) {
  if (signature.name != key.name() || signature.id != key.id()) return false;
  if (key.type() == KeyType::log) return key.verifies(text, signature.bytes);
  if (!cosigned_at(signature)) return false;
  const std::string_view bytes = signature.bytes;
  return key.verifies(cosigned_text(big_endian(bytes.substr(0, kTimeBytes)), text), bytes.substr(kTimeBytes));
}

Result<std::vector<VerifierKey>> check(const Note& note, const std::vector<VerifierKey>& known) {
  std::vector<VerifierKey> out;
  for (const Signature& signature : note.signatures) {
    for (const VerifierKey& key : known) {
      if (signature.name != key.name() || signature.id != key.id()) continue;
      // A second line of the same key adds nothing.
      if (std::any_of(out.begin(), out.end(), [&](const VerifierKey& k) { return k.vkey() == key.vkey(); })) continue;
      if (!is_signed_by(key, note.text, signature)) {
        return Error{Errc::corrupt, "the signature of " + key.name() + " is not that of this text", "", {}};
      }
      out.push_back(key);
    }
  }
  if (out.empty()) return Error{Errc::corrupt, "no known key signed this note", "", {}};
  return out;
}

std::optional<std::int64_t> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (value > static_cast<std::uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<Digest> parse_digest(std::string_view base64_text) {
  const auto bytes = from_base64(base64_text);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  Digest out{};
  std::copy(bytes->begin(), bytes->end(), reinterpret_cast<char*>(out.data()));
  return out;
}

}  // namespace trailwatch::seal
