#include "report/daily_parts.h"

namespace trailwatch::report {

namespace {

// Screen first, paper last. Every colour also differs in lightness, so that a grey print keeps the meaning.
constexpr Markup kStyle = R"(
:root{--ink:#1b2733;--soft:#4f5f6f;--line:#cfd8e1;--pale:#f3f6f9;--navy:#12405f;--this:#c2410c;--peer:#7b8b9b}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:#e9edf2;color:var(--ink);font:15px/1.55 "Microsoft JhengHei UI","Microsoft JhengHei",
"Noto Sans CJK TC","PingFang TC",system-ui,sans-serif;font-variant-numeric:tabular-nums;line-break:strict;overflow-wrap:anywhere}
main{max-width:1000px;margin:0 auto;padding:24px 32px 32px;background:#fff}
h1,h2,h3,p,ul,figure,dl,dd{margin:0;padding:0}
h1{font-size:24px;line-height:1.3}
h2{font-size:18px;line-height:1.4;color:var(--navy)}
h3{font-size:15px;line-height:1.5;margin-bottom:4px}
small,.soft{font-size:13px;color:var(--soft);font-weight:400}
a{color:#0b4f9e;text-decoration:none}
a:focus-visible{outline:3px solid #0b57d0;outline-offset:1px}
.top{display:flex;justify-content:space-between;align-items:flex-end;gap:16px;padding-bottom:10px;border-bottom:3px solid var(--navy)}
.secret{border:2px solid var(--ink);padding:0 12px;font-weight:700;font-size:17px;white-space:nowrap}
.day{font-size:17px}
.lead{font-size:20px;font-weight:700;margin-top:14px;line-height:1.4}
.fault{margin-top:12px;padding:8px 14px;background:#fff2cc;border:1px solid #d9b44a;border-left:6px solid #8a5d00;break-inside:avoid}
.fault h2{color:#6f4b00;font-size:16px}
.fault ul{list-style:none}
.figures{display:grid;grid-template-columns:repeat(6,1fr);border:1px solid var(--line);margin:14px 0 18px;break-inside:avoid}
.figures div{padding:6px 12px 7px;border-left:1px solid var(--line)}
.figures div:first-child{border-left:0}
.figures dt{font-size:13px;color:var(--soft)}
.figures dd{font-size:21px;font-weight:700;line-height:1.25}
table{width:100%;border-collapse:collapse;font-size:13.5px;line-height:1.45}
th{font-weight:700;text-align:left;color:#33475a;background:var(--pale);border-bottom:1.5px solid #8fa1b3;white-space:nowrap}
th,td{padding:5px 7px;vertical-align:top}
td{border-bottom:1px solid var(--line)}
tr{break-inside:avoid}
td p{margin:0}
.num{text-align:right;white-space:nowrap}
.nowrap{white-space:nowrap}
.badge{display:inline-block;padding:0 7px;border-radius:3px;font-weight:700;white-space:nowrap;border:1px solid}
.high{color:#9a2c08;background:#fdebe3;border-color:#e0a48e}
.medium{color:#6f4b00;background:#fff2cc;border-color:#d9bd6d}
.low{color:#1d4f91;background:#e5effb;border-color:#a5c0e2}
.missing{color:#9a2c08;font-weight:700}
.chips span{display:inline-block;background:#edf1f5;border-radius:3px;padding:0 6px;margin:0 4px 2px 0;font-size:12.5px}
.after{margin:8px 0 0}
.alert{margin-top:30px;padding-top:14px;border-top:3px solid var(--navy)}
.head{break-inside:avoid;break-after:avoid}
.head h2{font-size:20px;color:var(--ink);display:flex;gap:10px;align-items:baseline;flex-wrap:wrap}
.head h2 small{font-size:14px}
.head .why{font-size:16px;font-weight:700;margin-top:4px}
.state{font-size:14px;margin-top:2px;padding-left:10px;border-left:3px solid #8fa1b3}
.two{display:grid;grid-template-columns:1.35fr 1fr;gap:14px;margin-top:10px}
.charts{grid-template-columns:1fr 1fr}
.two>*{border:1px solid var(--line);border-radius:4px;padding:9px 13px 10px;min-width:0;break-inside:avoid}
.two>:only-child{grid-column:1/-1}
.part{padding:4px 0 5px;border-top:1px dashed var(--line);break-inside:avoid}
.part:first-of-type{border-top:0}
.part div{display:grid;grid-template-columns:8.5em 1fr 3.2em;gap:10px;align-items:center}
.part p{font-size:13.5px;color:var(--soft)}
.part .num{font-weight:700}
.bar{display:block;width:100%;height:9px}
.bar .track{fill:#e3e9ef}
.bar .fill{fill:var(--navy)}
.duty{margin-top:6px;padding:4px 10px;background:var(--pale);font-size:13.5px}
.checks{list-style:none;font-size:14px}
.checks li{padding-left:1.5em;text-indent:-1.5em;margin-bottom:2px}
.chart{display:block;width:100%;max-width:460px;height:auto;margin-top:2px}
.chart text{font-size:11px;fill:#33475a}
.chart .middle{text-anchor:middle}
.chart .end{text-anchor:end}
.grid{stroke:#e2e8ee;stroke-width:1}
.axis{stroke:#8fa1b3;stroke-width:1}
.half{fill:#dbe4ec;stroke:#8fa1b3;stroke-width:1}
.median{stroke:#33475a;stroke-width:2}
.peer{fill:var(--peer);fill-opacity:.75}
.this{fill:var(--this)}
.off{fill:#eceff3}
.own{fill:none;stroke:var(--navy);stroke-width:1.8;stroke-linejoin:round}
.peers{fill:none;stroke:#5c6c7c;stroke-width:1.2;stroke-dasharray:4 3}
.key{font-size:12.5px;color:var(--soft);line-height:1.45;margin-top:3px}
.key b{color:var(--this)}
.evidence{margin-top:12px}
.evidence h3{break-after:avoid}
.evidence table{table-layout:fixed;font-size:13px}
.evidence th,.evidence td{padding:4px 6px}
.origin{font-size:12px;color:var(--soft);line-height:1.45;margin-top:4px;break-before:avoid}
.more{break-before:avoid}
.whom{width:23%}
.when{width:15%}
.data{margin-top:30px;padding-top:14px;border-top:3px solid var(--navy)}
.data h2,.data h2+.soft{break-after:avoid}
.data h2{margin-top:14px}
.data h2:first-child{margin-top:0}
.data ul{padding-left:1.4em;font-size:14px}
.foot{margin-top:24px;padding-top:8px;border-top:1px solid #8fa1b3;font-size:12.5px;color:var(--soft);break-inside:avoid}
.foot pre{margin:0;white-space:pre-wrap;word-break:break-all;font-size:11px}
@media (max-width:640px){main{padding:16px}.two,.charts{grid-template-columns:1fr}.figures{grid-template-columns:repeat(2,1fr)}
.scroll{overflow-x:auto}.scroll table{min-width:640px}}
@media print{body{background:#fff;font-size:10.5pt;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{max-width:none;padding:0}a{color:inherit}h1{font-size:17pt}h3{font-size:10.5pt}.lead{font-size:14pt}.day{font-size:12pt}
.head h2{font-size:14pt}.head .why{font-size:11.5pt}table{font-size:9.5pt}.evidence table{font-size:8.5pt}.evidence th,.evidence td{padding:3px 5px}
small,.soft,.part p,.duty{font-size:9pt}.state{font-size:9.5pt}.key{font-size:8.5pt}.chips span{font-size:8pt;padding:0 3px;margin-right:2px}.origin{font-size:8pt}.figures dt{font-size:9pt}
.figures dd{font-size:14pt}.foot{font-size:8.5pt}.checks,.data ul{font-size:9.5pt}
.alert,.data{margin-top:20px}thead{display:table-header-group}p,li{orphans:2;widows:2}}
@page{size:A4 portrait;margin:14mm 13mm 17mm;
@bottom-right{content:"第 " counter(page) " 頁，共 " counter(pages) " 頁";font-size:8.5pt;color:#4f5f6f}
@bottom-left{font-size:8.5pt;color:#4f5f6f;content:"密件　查詢軌跡日報　)";

}  // namespace

void style_sheet(Html& page, LocalDay day) {
  const CivilDate date = to_civil(day);
  page.open("style").literal(kStyle);
  page.digits(date.year - 1911).literal("年").digits(date.month).literal("月").digits(date.day).literal("日\"}}\n");
  page.close();
}

}  // namespace trailwatch::report
