#include "tools/obstacle_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "tools/human.hpp"

namespace belfry::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kFootnotes =
    "\nA limit is meant as this process has it: a service has those of its unit.\n"
    "What \"sysctl -w\" sets lasts until the next boot; the same NAME=VALUE without quotes, a line in\n"
    "/etc/sysctl.d/90-belfry.conf, lasts longer.\n";

constexpr std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::obstacle: return "obstacle";
    case Verdict::advice: return "advice";
    case Verdict::not_known: return "not known";
    case Verdict::fine: return "fine";
  }
  return "fine";
}

std::string amount(const Finding& finding, std::uint64_t number) {
  if (finding.unit == "bytes") return human_bytes(number);
  return finding.unit.empty() ? std::to_string(number) : fmt::format("{} {}", number, finding.unit);
}

void append_findings(std::string& text, const std::vector<Finding>& findings, Verdict verdict) {
  for (const Finding& finding : findings) {
    if (finding.verdict != verdict) continue;
    text += fmt::format("\n{}: {} is {}, {} be {}\n  {}\n", name_of(verdict), finding.subject,
                        amount(finding, *finding.now), verdict == Verdict::obstacle ? "has to" : "should",
                        amount(finding, finding.required), finding.why);
    for (const std::string& remedy : finding.remedies) text += fmt::format("    {}\n", remedy);
  }
}

bool has(const std::vector<Finding>& findings, Verdict verdict) {
  return std::ranges::any_of(findings, [&](const Finding& finding) { return finding.verdict == verdict; });
}

Json finding_json(const Finding& finding) {
  Json json = {{"verdict", name_of(finding.verdict)}, {"subject", finding.subject}};
  json["now"] = finding.now ? Json(*finding.now) : Json();
  json["required"] = finding.required;
  if (!finding.unit.empty()) json["unit"] = finding.unit;
  json["why"] = finding.why;
  json["remedies"] = finding.remedies;
  return json;
}

}  // namespace

std::string report_text(const ConnectionPlan& plan, const std::vector<Finding>& findings) {
  std::string text =
      fmt::format("{} connections over {} worker{}: up to {} for one, {} of memory\n", plan.connections, plan.workers,
                  plan.workers == 1 ? "" : "s", largest_share(plan), human_bytes(memory_of(plan)));
  append_findings(text, findings, Verdict::obstacle);
  append_findings(text, findings, Verdict::advice);
  text += "\n";
  for (const Verdict verdict : {Verdict::not_known, Verdict::fine})
    if (has(findings, verdict)) text += fmt::format("{}: {}\n", name_of(verdict), subjects_of(findings, verdict));
  if (has(findings, Verdict::obstacle) || has(findings, Verdict::advice)) text += kFootnotes;
  return text;
}

Json report_json(const ConnectionPlan& plan, const std::vector<Finding>& findings) {
  Json list = Json::array();
  for (const Finding& finding : findings) list.push_back(finding_json(finding));
  return {{"connections", plan.connections},
          {"workers", plan.workers},
          {"connections_of_a_worker", largest_share(plan)},
          {"memory_bytes", memory_of(plan)},
          {"possible", !has(findings, Verdict::obstacle)},
          {"findings", std::move(list)}};
}

std::string subjects_of(const std::vector<Finding>& findings, Verdict verdict) {
  std::string subjects;
  for (const Finding& finding : findings)
    if (finding.verdict == verdict) subjects += (subjects.empty() ? "" : ", ") + std::string(finding.subject);
  return subjects;
}

}  // namespace belfry::tools
