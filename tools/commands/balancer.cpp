#include "tools/commands/balancer.hpp"

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "tools/balancer/balancer_plan.hpp"
#include "tools/balancer/haproxy_config.hpp"
#include "tools/balancer/nginx_config.hpp"
#include "tools/commands/admin_command.hpp"
#include "tools/commands/ask_nodes.hpp"
#include "tools/commands/failure.hpp"

namespace belfry::tools {
namespace {

using MakeConfig = std::string (*)(const BalancerPlan& plan);

struct BalancerArguments {
  std::vector<std::string> bind;
  std::string sticky = "source";
  std::string certificate;
};

Sticky sticky_of(const std::string& name) {
  if (name == "cookie") return Sticky::cookie;
  return name == "none" ? Sticky::none : Sticky::source;
}

// The nodes' intervals and paths are taken from the configuration here: all nodes have the same.
ExitCode print_config(const BalancerArguments& arguments, const OptionFlags& flags, MakeConfig make) {
  auto settings = flags.load();
  if (!settings) return fail(ExitCode::configuration, settings.error().message);
  BalancerPlan plan = {.bind = arguments.bind,
                       .sticky = sticky_of(arguments.sticky),
                       .certificate = arguments.certificate,
                       .path_prefix = settings->path_prefix,
                       .ping_interval = Seconds(settings->ping_interval)};
  return ask_nodes(flags, [&](const std::vector<NodeRow>& rows) {
    plan.nodes = balanced_nodes(rows);
    if (const auto checked = check_plan(plan); !checked)
      return fail(ExitCode::failure, "balancer: " + checked.error().message);
    fmt::print("{}", make(plan));
    return ExitCode::ok;
  });
}

void add_program(CLI::App& balancer, const std::string& name, const std::string& help, MakeConfig make,
                 ExitCode& exit_code) {
  auto* command = balancer.add_subcommand(name, help);
  auto arguments = std::make_shared<BalancerArguments>();
  command->add_option("--bind", arguments->bind, "address:port of the door, several times for several ones")
      ->type_name("ADDR")
      ->default_str("*:443 with a certificate, else *:80");
  command->add_option("--sticky", arguments->sticky, "how a client that comes back finds its node")
      ->check(CLI::IsMember({"source", "cookie", "none"}))
      ->capture_default_str();
  command->add_option("--certificate", arguments->certificate, "a PEM file with the chain and the private key: TLS")
      ->type_name("FILE");
  const auto flags = add_admin_flags(*command);
  command->callback([arguments, flags, make, &exit_code] { exit_code = print_config(*arguments, *flags, make); });
}

}  // namespace

void add_balancer_command(CLI::App& app, ExitCode& exit_code) {
  auto* balancer = app.add_subcommand("balancer", "Print a balancer's configuration for the nodes of the cluster");
  balancer->require_subcommand(1);
  add_program(*balancer, "haproxy", "for HAProxy", haproxy_config, exit_code);
  add_program(*balancer, "nginx", "for nginx: its whole nginx.conf", nginx_config, exit_code);
}

}  // namespace belfry::tools
