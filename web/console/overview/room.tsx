/** The directorate's room: districts in numbers and on a map, each figure opening its records. */
import "./overview.css";
import { MapPinOff } from "lucide-preact";
import { useState } from "preact/hooks";
import { clockExact } from "../../shared/format";
import { Choice, Empty, Loading, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Compliance } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { address, go, parts, query } from "../router";
import { Unknown } from "../shell";
import { DistrictMap } from "./district-map";
import { DistrictTable } from "./district-table";
import { Figures } from "./figures";
import { LISTS } from "./figure-link";
import { ListPage } from "./list-page";
import { firstMeasure, MEASURES, type Measure } from "./measures";
import { overviewWords } from "./words";

/** /console/overview, and the lists behind its figures: /console/overview/DISTRICT/LIST. */
export function OverviewRoom() {
  const [, district, name] = parts.value;
  if (district === undefined) return <Overview />;
  const list = LISTS.find((each) => each === name);
  return list ? <ListPage key={`${district}/${list}`} district={district} list={list} /> : <Unknown />;
}

function Overview() {
  const said = overviewWords();
  const asked = useAnswer<Compliance[]>("/api/compliance");
  const measure = MEASURES.find((each) => each === query.value.get("measure")) ?? firstMeasure(asked.data ?? []);
  return (
    <div class="overview">
      <header class="line wrap overview-head">
        <h1>{said.title}</h1>
        {asked.data && <Choice label={said.measure} value={measure} options={options()} onChoose={(chosen) => go(address(["overview"], { measure: chosen }), true)} />}
        {asked.atMs > 0 && <p class="caption end">{said.counted(ltr(clockExact(asked.atMs)))}</p>}
      </header>
      {asked.problem !== null && <Trouble problem={asked.problem} again={asked.again} />}
      {asked.data ? <Districts rows={asked.data} measure={measure} /> : asked.problem === null && <Loading />}
    </div>
  );
}

function options(): readonly { value: Measure; label: string }[] {
  const said = overviewWords();
  return [
    { value: "clear", label: said.clear },
    { value: "due", label: said.due },
    { value: "visited", label: said.visitedShare },
  ];
}

function Districts({ rows, measure }: { rows: readonly Compliance[]; measure: Measure }) {
  const said = overviewWords();
  const [looked, setLooked] = useState<string | null>(null);
  if (rows.length === 0)
    return (
      <div class="card">
        <Empty icon={MapPinOff} title={said.none}>
          {said.noneNext}
        </Empty>
      </div>
    );
  return (
    <>
      <Figures rows={rows} />
      <div class="overview-panes">
        <DistrictMap rows={rows} measure={measure} looked={looked} onLook={setLooked} />
        <DistrictTable rows={rows} looked={looked} onLook={setLooked} />
      </div>
    </>
  );
}
