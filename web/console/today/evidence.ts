/** What stands behind a finding: its wage lines, the other employers of their workers, the dated rows of the law. */
import type { ChecksShown, ElsewhereShown, Finding, LineShown, RateRow, ReportOpened } from "../../shared/wire.gen";

export interface Evidence {
  readonly lines: readonly LineShown[];
  /** How many of the finding's lines are not among those that the report shows. */
  readonly missing: number;
  readonly elsewhere: readonly ElsewhereShown[];
  readonly rows: readonly RateRow[];
}

/** The evidence of a finding. The report itself and its photos are no lines. */
export function evidence(finding: Finding, report: Pick<ReportOpened, "id" | "lines" | "photos">, found: Pick<ChecksShown, "elsewhere" | "statute">): Evidence {
  const others = new Set([report.id, ...report.photos.map((each) => each.id)]);
  const wanted = new Set((finding.record_ids ?? []).filter((id) => !others.has(id)));
  const lines = report.lines.filter((line) => wanted.has(line.id));
  const about = finding.code === "register-cnic-elsewhere";
  return {
    lines,
    missing: wanted.size - lines.length,
    elsewhere: about ? found.elsewhere.filter((each) => wanted.has(each.line)) : [],
    rows: found.statute.filter((row) => finding.rate_row_ids?.includes(row.id)),
  };
}
