#include "torture/facts.h"

#include <algorithm>
#include <set>

#include "store/sqlite.h"
#include "support/program.h"
#include "torture/random.h"
#include "trailwatch/base/text.h"
#include "trailwatch/seal/note.h"
#include "trailwatch/seal/signer.h"
#include "trailwatch/seal/tree.h"
#include "trailwatch/store/reader.h"

namespace trailwatch::torture {

namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr int kProofs = 8;

// One line a row, sorted.
std::vector<std::string> rows(store::Database& database, const char* sql) {
  std::vector<std::string> out;
  store::Statement row(database, sql);
  while (row.step()) {
    std::string line;
    for (int column = 0; column < row.columns(); ++column) {
      if (column > 0) line.push_back('|');
      line += row.is_null(column) ? "-" : std::string(row.text(column));
    }
    out.push_back(std::move(line));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string difference(const std::string& what, const std::vector<std::string>& expected,
                       const std::vector<std::string>& found) {
  if (expected == found) return "";
  std::vector<std::string> missing, more;
  std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(), std::back_inserter(missing));
  std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(), std::back_inserter(more));
  std::string out = what + ": " + std::to_string(missing.size()) + " missing, " + std::to_string(more.size()) + " more";
  if (!missing.empty()) out += "; missing: " + missing.front();
  if (!more.empty()) out += "; more: " + more.front();
  return out;
}

Result<std::vector<seal::VerifierKey>> parse_keys(const std::string& text) {
  std::vector<seal::VerifierKey> out;
  for (const std::string_view line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    Result<seal::VerifierKey> key = seal::VerifierKey::parse(line);
    if (!key) return std::move(key).error();
    for (seal::VerifierKey& kind : seal::both_kinds(*key)) out.push_back(std::move(kind));
  }
  return out;
}

// Nonces of AES-GCM: a second use of one gives the key away.
std::string nonces(const std::string& database_path) {
  store::Database database(database_path, store::Database::Mode::read);
  std::set<std::string> seen;
  for (const char* sql :
       {"SELECT month, substr(sealed, 1, 12) FROM batch", "SELECT month, substr(note, 1, 12) FROM ledger",
        "SELECT month, substr(payload, 1, 12) FROM outbox WHERE length(payload) > 0",
        "SELECT month, substr(content, 1, 12) FROM report", "SELECT month, substr(sealed, 1, 12) FROM in_force"}) {
    store::Statement row(database, sql);
    while (row.step()) {
      if (row.text(1).size() < kNonceBytes) return std::string("a sealed text is too short: ") + sql;
      if (!seen.insert(std::string(row.text(0)) + "|" + std::string(row.text(1))).second) {
        return std::string("a nonce was used twice: ") + sql;
      }
    }
  }
  return "";
}

// What the store has of the signer, the signer must have on its own disk: or it could sign another tree.
std::string signer_remembers(const std::string& state, store::Reader& reader) {
  Result<std::optional<store::NoteRow>> newest = reader.newest_note();
  if (!newest) return newest.error().text();
  if (!*newest) return "";
  const Result<seal::Note> note = seal::parse_note(test::read_file(state + "/signer/last-note"));
  if (!note) return "the signer's last note: " + note.error().text();
  const Result<seal::Checkpoint> last = seal::parse_checkpoint(note->text);
  if (!last) return "the signer's last note: " + last.error().text();
  return last->size >= (*newest)->size ? "" : "the signer has forgotten what it signed";
}

std::string proofs(store::Reader& reader) {
  Result<std::int64_t> size = reader.leaf_count();
  if (!size) return size.error().text();
  if (*size == 0) return "";
  Result<Digest> root = reader.root(*size);
  if (!root) return root.error().text();
  Draw draw(1, "proofs", static_cast<std::uint64_t>(*size));
  for (int i = 0; i < kProofs; ++i) {
    const auto index = static_cast<std::int64_t>(draw.below(static_cast<std::size_t>(*size)));
    Result<store::StoredLeaf> leaf = reader.leaf(index);
    if (!leaf) return leaf.error().text();
    Result<std::vector<Digest>> proof = reader.inclusion_proof(index, *size);
    if (!proof) return proof.error().text();
    if (!seal::proves_inclusion(*proof, seal::leaf_hash(leaf->bytes), index, *size, *root)) {
      return "leaf " + std::to_string(index) + " is not proven to stand in the tree of " + std::to_string(*size);
    }
  }
  return "";
}

}  // namespace

std::string difference(const Facts& expected, const Facts& found) {
  if (!found.problem.empty()) return "the store can't be read: " + found.problem;
  const std::pair<const char*, std::vector<std::string> Facts::*> lists[] = {
      {"events", &Facts::events},     {"files", &Facts::files}, {"quarantine", &Facts::quarantine},
      {"findings", &Facts::findings}, {"told", &Facts::told},   {"ledger", &Facts::ledger},
      {"alerts", &Facts::alert_rows}};
  for (const auto& [name, list] : lists) {
    const std::string found_difference = difference(name, expected.*list, found.*list);
    if (!found_difference.empty()) return found_difference;
  }
  if (expected.alerts.empty() || found.alerts.empty() || expected.alerts == found.alerts) return "";
  const std::size_t at = static_cast<std::size_t>(
      std::mismatch(
          expected.alerts.begin(),
          expected.alerts.begin() + static_cast<std::ptrdiff_t>(std::min(expected.alerts.size(), found.alerts.size())),
          found.alerts.begin())
          .first -
      expected.alerts.begin());
  const std::size_t from = at < 120 ? 0 : at - 120;
  return "alerts differ at byte " + std::to_string(at) + ":\n" + expected.alerts.substr(from, 240) + "\n" +
         found.alerts.substr(from, 240);
}

Facts read_facts(const std::string& path) {
  Facts out;
  try {
    store::Database database(path, store::Database::Mode::read);
    out.events =
        rows(database,
             "SELECT d.source, l.name, e.byte_offset, e.line, e.time, s.text, o.text, a.text, t.text, e.case_no "
             "FROM event e JOIN file d ON d.id = e.file JOIN file l ON l.id = d.logical "
             "JOIN word s ON s.id = e.system JOIN word o ON o.id = e.officer "
             "JOIN word a ON a.id = e.account JOIN word t ON t.id = e.terminal");
    out.files = rows(database,
                     "SELECT source, name, position, line, rows, stored, duplicates, quarantined, pending, taken "
                     "FROM file");
    out.quarantine = rows(database,
                          "SELECT f.source, f.name, q.byte_offset, q.line, q.code FROM quarantine q "
                          "JOIN file f ON f.id = q.file");
    out.findings = rows(database,
                        "SELECT day, about, agency, name, rule, grp, first, last, count, points, sentence, numbers "
                        "FROM finding");
    out.alert_rows = rows(database,
                          "SELECT id, day, about, agency, name, score, severity, first, last, events, why, "
                          "contributions, status FROM alert");
    for (const char* sql :
         {"SELECT 'message', kind, channel, recipient, key, id FROM outbox WHERE kind <> 'trouble'",
          "SELECT 'report', day, decisions_cut FROM report",
          "SELECT 'told', alert, day, score, events, listed FROM told", "SELECT 'told day', day, events FROM told_day",
          "SELECT 'open day', day FROM open_day", "SELECT 'in force', kind, name FROM in_force"}) {
      const std::vector<std::string> more = rows(database, sql);
      out.told.insert(out.told.end(), more.begin(), more.end());
    }
    std::sort(out.told.begin(), out.told.end());
    out.ledger =
        rows(database, "SELECT l.id, l.officer, d.alert, d.verdict FROM ledger l JOIN decision d ON d.entry = l.id");
  } catch (const store::SqliteFailure& failure) {
    out.problem = failure.what();
  }
  return out;
}

std::string verify(const std::string& state, const std::string& keys, const std::vector<std::string>& notes,
                   bool is_signed) {
  const std::string database = state + "/trailwatch.db";
  Result<vault::Vault> vault = vault::Vault::open(test::read_file(state + "/keys/master.key"));
  if (!vault) return "the master key: " + vault.error().text();
  Result<std::unique_ptr<store::Reader>> reader = store::Reader::open(database, *std::move(vault));
  if (!reader) return "the store: " + reader.error().text();
  Result<std::vector<seal::VerifierKey>> parsed = parse_keys(keys);
  if (!parsed) return "the log's key: " + parsed.error().text();
  store::Known known;
  known.keys = *std::move(parsed);
  for (std::size_t i = 0; i < notes.size(); ++i) known.notes.emplace_back("note " + std::to_string(i), notes[i]);
  Result<store::Verified> outcome = (*reader)->verify(known, nullptr);
  if (!outcome) return "verify: " + outcome.error().text();
  if (!outcome->is_intact()) {
    return "verify: " + std::to_string(outcome->faults_in_all) + " faults, first " + outcome->faults[0].where + ": " +
           outcome->faults[0].what;
  }
  if (outcome->given != static_cast<std::int64_t>(notes.size()))
    return "a checkpoint that was handed out does not hold";
  if (is_signed && outcome->signed_leaves != outcome->leaves) {
    return "only " + std::to_string(outcome->signed_leaves) + " of " + std::to_string(outcome->leaves) +
           " leaves are signed";
  }
  const std::string forgotten = signer_remembers(state, **reader);
  if (!forgotten.empty()) return forgotten;
  const std::string proven = proofs(**reader);
  if (!proven.empty()) return proven;
  try {
    return nonces(database);
  } catch (const store::SqliteFailure& failure) {
    return failure.what();
  }
}

}  // namespace trailwatch::torture
