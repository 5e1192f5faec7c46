#include "common/config_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace belfry {
namespace {

constexpr std::string_view kSuffix = ".toml";
constexpr const char* kDirectory = "belfry.d";

bool is_config(const std::string& name) { return name.ends_with(kSuffix) && !name.starts_with('.'); }

// What is in the directory; none where it does not exist.
Result<std::vector<std::string>> files_in(const std::filesystem::path& directory) {
  std::vector<std::string> files;
  std::error_code failure;
  std::filesystem::directory_iterator entry(directory, failure);
  for (const std::filesystem::directory_iterator end; !failure && entry != end; entry.increment(failure))
    if (is_config(entry->path().filename())) files.push_back(entry->path());
  if (failure == std::errc::no_such_file_or_directory) return files;
  if (failure) return Unexpected(errno_error(directory, failure.value()));
  std::ranges::sort(files);
  return files;
}

bool is_open_to_all(const std::string& directory) {
  struct stat there;
  return ::stat(directory.c_str(), &there) == 0 && S_ISDIR(there.st_mode) && (there.st_mode & S_IWOTH) != 0;
}

// Where everybody can make a directory (/tmp), what is beside the file must be the file's owner's, ours or root's.
Result<void> check_owner(const std::string& parent, const std::string& directory, const std::string& file) {
  struct stat there, beside;
  if (::lstat(directory.c_str(), &there) != 0) return {};
  const bool is_known = there.st_uid == 0 || there.st_uid == ::geteuid() ||
                        (::stat(file.c_str(), &beside) == 0 && there.st_uid == beside.st_uid);
  if (!is_known && is_open_to_all(parent))
    return Unexpected(directory + " belongs to another user (uid " + std::to_string(there.st_uid) + ")");
  if (is_open_to_all(directory))
    return Unexpected(directory + " can be written by everybody; take that away with chmod o-w");
  return {};
}

Result<std::vector<std::string>> files_beside(const std::string& file) {
  const auto parent = std::filesystem::path(file).parent_path();
  const auto directory = parent / kDirectory;
  if (auto checked = check_owner(parent.empty() ? "." : parent, directory, file); !checked)
    return Unexpected(checked.error());
  return files_in(directory);
}

}  // namespace

Environment process_environment() {
  return [](const std::string& variable) -> std::optional<std::string> {
    const char* value = std::getenv(variable.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Result<std::vector<std::string>> config_files(const std::optional<std::string>& named, const Environment& environment) {
  const std::string file = named.value_or(kDefaultConfigFile);
  std::vector<std::string> files;
  if (named || ::access(file.c_str(), F_OK) == 0) files.push_back(file);
  auto beside = files_beside(file);
  if (!beside) return beside;
  files.insert(files.end(), beside->begin(), beside->end());
  const auto credentials = environment("CREDENTIALS_DIRECTORY");
  if (!credentials || credentials->empty()) return files;
  auto secret = files_in(*credentials);
  if (!secret) return secret;
  files.insert(files.end(), secret->begin(), secret->end());
  return files;
}

}  // namespace belfry
