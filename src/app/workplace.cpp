#include "app/workplace.h"

#include "app/judgement_files.h"
#include "app/keys.h"
#include "app/progress.h"
#include "trailwatch/base/text.h"

namespace trailwatch::app {

namespace {

constexpr std::size_t kConfigBytesMax = 1U << 20U;
constexpr std::size_t kRuleBytesMax = 4U << 20U;

std::string word_or_itself(const std::map<std::string, std::string>& words, std::string_view name) {
  const auto found = words.find(std::string(name));
  return found == words.end() ? std::string(name) : found->second;
}

Result<config::Config> load_config(const Machine& machine, const std::string& path) {
  Result<std::string> text = machine.files.read(path, kConfigBytesMax);
  if (!text) return std::move(text).error();
  auto parsed = config::parse(*text, directory_name(path));
  if (auto* problems = std::get_if<std::vector<config::Problem>>(&parsed)) {
    for (const config::Problem& problem : *problems) machine.log.error(problem.text(path));
    return Error{Errc::invalid,
                 "the configuration has " + std::to_string(problems->size()) + " problem(s)",
                 "they are listed above; nothing was changed",
                 {path}};
  }
  return std::get<config::Config>(std::move(parsed));
}

Result<config::Words> load_words(const Machine& machine, const std::string& path) {
  Result<std::string> text = machine.files.read(path, kConfigBytesMax);
  if (!text && text.error().code == Errc::not_found) return config::Words{};
  if (!text) return std::move(text).error();
  auto parsed = config::parse_words(*text);
  if (auto* problems = std::get_if<std::vector<config::Problem>>(&parsed)) {
    for (const config::Problem& problem : *problems) machine.log.error(problem.text(path));
    return Error{Errc::invalid,
                 "the words have " + std::to_string(problems->size()) + " problem(s)",
                 "they are listed above",
                 {path}};
  }
  return std::get<config::Words>(std::move(parsed));
}

}  // namespace

std::map<std::string, std::string> Workplace::rule_titles() const {
  std::map<std::string, std::string> out;
  for (const rules::RuleInfo& rule : rules.rules()) out[rule.name] = rule.title;
  return out;
}

std::string Workplace::system_title(std::string_view system) const {
  return word_or_itself(words.systems, system);
}
std::string Workplace::action_title(std::string_view action) const {
  return word_or_itself(words.actions, action);
}

Result<std::vector<rules::RuleFile>> read_rule_files(const ReadFiles& files,
                                                     const std::vector<std::string>& directories) {
  std::map<std::string, std::string> paths;  // by name
  for (const std::string& directory : directories) {
    Result<std::vector<FileInfo>> found = files.list(directory);
    if (!found) return std::move(found).error();
    for (const FileInfo& info : *found) {
      const std::string name(base_name(info.path));
      if (info.is_regular && matches_pattern(name, "*.yml")) paths[name] = info.path;
    }
  }
  std::vector<rules::RuleFile> out;
  for (const auto& [name, path] : paths) {
    Result<std::string> text = files.read(path, kRuleBytesMax);
    if (!text) return std::move(text).error();
    if (!trim(*text).empty()) out.push_back({name, *std::move(text)});
  }
  return out;
}

Result<rules::RuleSet> load_rules(const Machine& machine, const std::vector<std::string>& directories) {
  Result<std::vector<rules::RuleFile>> files = read_rule_files(machine.files, directories);
  if (!files) return std::move(files).error();
  rules::RuleSet::Outcome outcome = rules::RuleSet::parse(*files);
  for (const rules::Problem& problem : outcome.problems) {
    machine.log.write(problem.is_error ? Log::Level::error : Log::Level::warning, problem.text());
  }
  if (!outcome.ok()) {
    return Error{Errc::invalid,
                 "the rules have errors",
                 "they are listed above; `trailwatch rules check` lists them again",
                 {joined(directories, ", ")}};
  }
  return std::move(outcome.rules);
}

Result<normalise::Profile> load_profile(const Machine& machine, const std::vector<std::string>& directories,
                                        const std::string& name) {
  std::string path = join_path(directories.front(), name + ".json");
  for (const std::string& directory : directories) {
    std::string there = join_path(directory, name + ".json");
    if (machine.files.info(there)) path = std::move(there);
  }
  Result<std::string> text = machine.files.read(path, kConfigBytesMax);
  if (!text) return std::move(text).error().at("profile \"" + name + "\"");
  auto parsed = normalise::Profile::parse(*text, name);
  if (auto* problems = std::get_if<std::vector<Error>>(&parsed)) {
    for (const Error& problem : *problems) machine.log.error(path + ": " + problem.text());
    return Error{Errc::invalid,
                 "profile \"" + name + "\" has " + std::to_string(problems->size()) + " problem(s)",
                 "they are listed above",
                 {path}};
  }
  return std::get<normalise::Profile>(std::move(parsed));
}

// All but reference files and rules.
static Result<Workplace> load_basics(const Machine& machine, const std::string& config_path) {
  Result<config::Config> config = load_config(machine, config_path);
  if (!config) return std::move(config).error();
  Result<Zone> zone = Zone::find(config->zone);
  if (!zone) return std::move(zone).error();
  Result<config::Words> words = load_words(machine, config->words_file);
  if (!words) return std::move(words).error();
  Workplace out;
  out.config_file = config_path;
  out.zone = *zone;
  out.words = *std::move(words);
  for (const config::Source& source : config->sources) {
    if (out.profiles.count(source.profile) == 0) {
      Result<normalise::Profile> profile = load_profile(machine, config->profiles_dirs, source.profile);
      if (!profile) return std::move(profile).error();
      out.profiles.emplace(source.profile, *std::move(profile));
    }
    if (!source.listen.empty() && !out.profiles.at(source.profile).reads_single_records()) {
      return Error{Errc::invalid,
                   "profile \"" + source.profile +
                       "\" reads files with a header line, and records that come one by one have none",
                   "give the profile its \"columns\", or let the source have files only",
                   {"source \"" + source.name + "\""}};
    }
  }
  out.config = *std::move(config);
  return out;
}

Result<registry::Snapshot> load_registry(const Machine& machine, const config::Config& config, const Zone& zone) {
  Result<std::vector<store::InForce>> files = read_reference_files(machine.files, config);
  if (!files) return std::move(files).error();
  registry::Snapshot snapshot = make_registry(*files, config, zone);
  log_problems(machine.log, snapshot);
  return snapshot;
}

Result<Workplace> load_surroundings(const Machine& machine, const std::string& config_path) {
  Result<Workplace> out = load_basics(machine, config_path);
  if (!out) return out;
  Result<registry::Snapshot> registry = load_registry(machine, out->config, out->zone);
  if (!registry) return std::move(registry).error();
  out->registry = *std::move(registry);
  return out;
}

Result<Workplace> load_workplace(const Machine& machine, const std::string& config_path) {
  Result<Workplace> out = load_surroundings(machine, config_path);
  if (!out) return out;
  Result<rules::RuleSet> rules = load_rules(machine, out->config.rules_dirs);
  if (!rules) return std::move(rules).error();
  out->rules = *std::move(rules);
  return out;
}

Result<Workplace> load_for_store(const Machine& machine, const std::string& config_path) {
  Result<Workplace> out = load_basics(machine, config_path);
  if (!out) return out;
  Result<std::vector<store::InForce>> files = read_judgement_files(machine.files, out->config);
  if (!files) return std::move(files).error();
  out->files = *std::move(files);
  return out;
}

Result<std::unique_ptr<store::Writer>> open_writer(const Machine& machine, const Workplace& workplace) {
  const config::Config& config = workplace.config;
  if (Status made = machine.files.make_directory(config.state_dir); !made) return std::move(made).error();
  if (Status settled = settle_keys(machine, config); !settled) return std::move(settled).error();
  Result<vault::Vault> vault = find_vault(machine, config);
  if (!vault) return std::move(vault).error();
  ProgressLine line(machine.clock, "upgrading");
  auto writer = store::Writer::open(
      config.database(), *std::move(vault), workplace.zone, machine.random, [&](std::int64_t done, std::int64_t all) {
        line.show(done, all, with_thousands(done) + " of " + with_thousands(all) + " look-ups");
      });
  if (!writer) return std::move(writer).error().at(config.database());
  // The names of the database and of its log of writes. SQLite syncs the directory too, but says nothing when that
  // fails.
  if (Status synced = machine.files.sync_directory(config.state_dir); !synced) return std::move(synced).error();
  return writer;
}

Result<std::unique_ptr<store::Reader>> open_reader(const Machine& machine, const Workplace& workplace) {
  const config::Config& config = workplace.config;
  if (!machine.files.info(config.database())) {
    return Error{Errc::not_found,
                 "there is no store yet",
                 "run `trailwatch ingest` or `trailwatch serve` first",
                 {config.database()}};
  }
  Result<vault::Vault> vault = find_vault(machine, config);
  if (!vault) return std::move(vault).error();
  auto reader = store::Reader::open(config.database(), *std::move(vault));
  if (!reader) return std::move(reader).error().at(config.database());
  return reader;
}

}  // namespace trailwatch::app
