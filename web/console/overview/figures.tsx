/** The figures across the top: all districts together. */
import { rupees, whole } from "../../shared/format";
import { Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Compliance } from "../../shared/wire.gen";
import { FigureLink, FIGURES, type FigureName } from "./figure-link";
import { percent, together, valueOf } from "./measures";
import { overviewWords } from "./words";

/** Each figure with what it is measured by; it opens its records. */
export function Figures({ rows }: { rows: readonly Compliance[] }) {
  const said = overviewWords();
  const all = together(rows);
  const seen = valueOf(all, "visited");
  const found = all.visited > 0 ? { part: BigInt(Math.min(all.flagged, all.visited)), whole: BigInt(all.visited) } : null;
  const under: Record<FigureName, string> = {
    establishments: rows.length === 1 ? said.oneDistrict : said.inDistricts(ltr(rows.length)),
    visited: seen ? said.ofEstablishments(said.percent(ltr(percent(seen)))) : "",
    reports: said.onTablets,
    flagged: found ? said.ofVisited(said.percent(ltr(percent(found)))) : "",
    due_rs: said.employers(ltr(whole(all.flagged))),
    open_conflicts: said.undecided,
    quarantined: said.kept,
  };
  return (
    <dl class="overview-figures">
      {(Object.keys(FIGURES) as FigureName[]).map((name) => (
        <div key={name} class={name === "due_rs" ? "overview-figures__wide" : undefined}>
          <dt>{said[name]}</dt>
          <dd class="overview-figures__figure">
            <FigureLink district="" figure={name} nothing={all[name] === 0 || all[name] === "0.00"} name={said[name]}>
              <Num>{name === "due_rs" ? rupees(all.due_rs) : whole(all[name])}</Num>
            </FigureLink>
          </dd>
          <dd class="caption">{under[name]}</dd>
        </div>
      ))}
    </dl>
  );
}
