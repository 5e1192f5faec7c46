#include <fmt/format.h>

#include "common/option_table.hpp"
#include "common/option_value.hpp"
#include "common/version.hpp"
#include "tools/manual/pages.hpp"
#include "tools/manual/roff.hpp"

namespace belfry::tools {
namespace {

constexpr const char* kFiles =
    "The file is TOML. Read are, in this order: the file that --config names, else /etc/belfry/belfry.toml if it "
    "exists; *.toml in the directory belfry.d beside it, in lexical order; *.toml in $CREDENTIALS_DIRECTORY, likewise. "
    "A later file wins key by key; [[app]] sections of all files add up, and no two may have the same id or key. Then "
    "come environment variables, then flags. A mistake is named with its file and line; belfry check looks for them "
    "and starts nothing.";

constexpr const char* kReload =
    "belfry reload and SIGHUP read everything again. Options that need a restart are named by it and stay as they are "
    "until then. An invalid configuration changes nothing.";

constexpr const char* kCredentials =
    "With systemd, secrets may lie in files that only root can read. In a drop-in of the unit (systemctl edit "
    "belfry):";

constexpr const char* kCredentialsLimit =
    "The unit gets them as they were when it was started: a reload does not see a change. Where keys are to be rotated "
    "by a reload, keep apps in belfry.d, with mode 0640 and group belfry.";

std::string default_of(const Field& field, const Rule& rule, bool means_something_by_absence) {
  if (means_something_by_absence) return "";
  const std::string value = toml_value(field, rule);
  return fmt::format(" Default: {}.", value == R"("")" || value == "[]" ? "empty" : value);
}

template <typename Owner>
std::string meaning(const Option<Owner>& option) {
  Owner defaults;
  const Field field = option.field(defaults);
  return fmt::format("{}.\nExpected: {}.{}{}", option.help, expected_value(field, option.rule),
                     default_of(field, option.rule, !option.example.empty()),
                     option.applies == Applies::at_restart ? " Needs a restart." : "");
}

void append_settings(Roff& page) {
  page.section("OPTIONS").paragraph("Without [SECTION], at the top of the file:");
  std::string_view section;
  for (const Option<Settings>& option : setting_options()) {
    if (section_of(option.key) != section) page.subsection(fmt::format("[{}]", section = section_of(option.key)));
    page.item(option.key.substr(option.key.rfind('.') + 1),
              fmt::format("{}\nAlso {} and {}.", meaning(option), flag_of(option.key), variable_of(option.key)));
  }
}

void append_apps(Roff& page) {
  page.section("APPS").paragraph(
      "Each [[app]] is an app of the Pusher protocol. With none, and loopback addresses only to listen on, a "
      "development "
      "app with id app-id, key app-key and secret app-secret exists.");
  for (const Option<AppSettings>& option : app_options()) page.item(option.key, meaning(option));
}

}  // namespace

std::string configuration_page() {
  Roff page("BELFRY.TOML", 5, "belfry " + std::string(version()));
  page.name("belfry.toml - configuration of belfry");
  page.section("DESCRIPTION").paragraph(kFiles).paragraph(kReload);
  page.paragraph("belfry config prints a commented sample, belfry config --effective what serve would use.");
  append_settings(page);
  append_apps(page);
  page.section("CREDENTIALS").paragraph(kCredentials);
  page.example("[Service]\nLoadCredential=apps.toml:/etc/belfry/secrets/apps.toml").paragraph(kCredentialsLimit);
  page.section("SEE ALSO").paragraph("belfry(1), systemd.exec(5)");
  return page.take();
}

}  // namespace belfry::tools
