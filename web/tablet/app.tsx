/** Which screen is shown. */
import { enrolled, opening, person, status } from "./state/field";
import { locked } from "./state/lock";
import { route } from "./state/route";
import { receiptScreen } from "./screens/ahead";
import { Arrivals } from "./screens/arrivals";
import { Enrol } from "./screens/enrol";
import { NewLead } from "./screens/lead_form";
import { Leads } from "./screens/leads";
import { later } from "./screens/later";
import { People } from "./screens/people";
import { AllPhotos } from "./screens/photos";
import { Broken, Elsewhere, Opening, Stopped } from "./screens/stops";
import { Today } from "./screens/today";
import { Visit } from "./screens/visit";

/** With what draws its code: few open it on most days. */
const Receipt = later(receiptScreen);

export function App() {
  if (opening.value === "opening") return <Opening />;
  if (opening.value === "elsewhere") return <Elsewhere />;
  if (opening.value === "broken") return <Broken />;
  if (!enrolled.value) return <Enrol />;
  if (status.value?.forked) return <Stopped by="fork" />;
  if (status.value?.revoked) return <Stopped by="revocation" />;
  const now = route.value;
  const who = person.value;
  if (who === null || locked.value || now.screen === "people") return <People />;
  switch (now.screen) {
    case "today":
      return <Today who={who} />;
    case "visit":
      return <Visit key={`${who.id} ${now.visit}`} visit={now.visit} tab={now.tab} who={who} />;
    case "receipt":
      return <Receipt key={now.report} report={now.report} />;
    case "photos":
      return <AllPhotos />;
    case "leads":
      return <Leads />;
    case "lead":
      return <NewLead key={who.id} who={who} />;
    case "arrivals":
      return <Arrivals who={who} />;
  }
}
