import "../shared/fonts.css";
import "../shared/tokens.css";
import "../shared/base.css";
import "./tablet.css";
import "./visit.css";
import "./grid.css";
import "./checklist.css";
import { render } from "preact";
import { followTheme } from "../shared/theme";
import { followLanguage } from "../shared/words";
import { App } from "./app";
import { countDrafts, followTyping } from "./state/drafts";
import { opening, openTablet } from "./state/field";
import { followRoute } from "./state/route";
import { followNetwork } from "./state/sync";
import { followUpdates } from "./state/update";

followLanguage();
followTheme();
followRoute();
const root = document.getElementById("app");
if (root) render(<App />, root);
followUpdates();
void openTablet(countDrafts).then(() => {
  if (opening.value !== "open") return;
  followTyping();
  followNetwork();
});
