/** The register: establishments by what is remembered of them, districts in doubt, directorates. */
import { Building2, MapPinned, Search, TriangleAlert } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { ltr } from "../../shared/words";
import { whole } from "../../shared/format";
import type { Listed } from "../../shared/wire.gen";
import { useList } from "../data";
import { useMe } from "../me";
import { address, parts } from "../router";
import { Tabs, type Tab } from "../tabs";
import { DirectoratesPage } from "./directorates";
import { DoubtPage } from "./doubt";
import { FilePage } from "./file";
import { SearchPage } from "./search";
import { registryWords } from "./words";
import "./registry.css";

export type Section = "find" | "doubt" | "directorates";

export function RegistryRoom() {
  const [, what] = parts.value;
  const { roles } = useMe();
  if (what === undefined) return <SearchPage />;
  if (what === "doubt" && maySettle(roles)) return <DoubtPage />;
  if (what === "directorates") return <DirectoratesPage />;
  return <FilePage key={what} id={what} />;
}

/** Who decides where an establishment belongs. */
export function maySettle(roles: readonly string[]): boolean {
  return roles.includes("supervisor") || roles.includes("administrator");
}

/** The disagreements about districts that wait for somebody; asked only by who may settle them. */
export function useDoubts() {
  const { roles } = useMe();
  return useList<Listed>(maySettle(roles) ? "/api/disagreements" : null, {}, (last) => last.establishment);
}

/** The room's first line, with the way between its parts. */
export function Head({ here, children }: { here: Section; children?: ComponentChildren }) {
  const said = registryWords();
  const { roles } = useMe();
  const doubts = useDoubts().data?.length ?? 0;
  const sections: readonly Tab[] = [
    { id: "find", label: said.find, to: address(["registry"]), icon: Search },
    ...(maySettle(roles) ? [{ id: "doubt", label: doubts > 0 ? `${said.doubt} (${ltr(whole(doubts))})` : said.doubt, to: address(["registry", "doubt"]), icon: doubts > 0 ? TriangleAlert : MapPinned }] : []),
    { id: "directorates", label: said.directorates, to: address(["registry", "directorates"]), icon: Building2 },
  ];
  return (
    <header class="strip">
      <h1>{said.title}</h1>
      <Tabs room="registry" label={said.sections} tabs={sections} here={here} />
      {children}
    </header>
  );
}
