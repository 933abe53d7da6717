/** The district that is pointed at, or was chosen. */
import { whole } from "../../shared/format";
import { ltr } from "../../shared/words";
import type { Compliance } from "../../shared/wire.gen";
import { Link } from "../router";
import { listAddress } from "./figure-link";
import type { Measure } from "./measures";
import { behindText, valueText } from "./said";
import { overviewWords } from "./words";

/** Its value, what stands behind it, and the way to its records. Keeps its place when nothing is looked at. */
export function DistrictCard({ row, measure }: { row: Compliance | undefined; measure: Measure }) {
  const said = overviewWords();
  if (!row) return <p class="overview-card overview-card--rest muted">{said.pick}</p>;
  return (
    <div class="overview-card" data-testid="map-card">
      <b class="overview-card__name">
        <bdi>{row.name}</bdi>
      </b>
      <b>{valueText(row, measure)}</b>
      <span class="muted">{behindText(row, measure)}</span>
      {row.flagged > 0 && <Link to={listAddress(row.district, "flagged")}>{said.openFlagged(ltr(whole(row.flagged)))}</Link>}
      {row.visited > 0 ? (
        <Link to={listAddress(row.district, "visited")}>{said.openVisited(ltr(whole(row.visited)))}</Link>
      ) : (
        row.establishments > 0 && <Link to={listAddress(row.district, "establishments")}>{said.openAll(ltr(whole(row.establishments)))}</Link>
      )}
    </div>
  );
}
