import "../shared/fonts.css";
import "../shared/tokens.css";
import "../shared/base.css";
import { render } from "preact";
import { LanguageButton } from "../shared/parts";
import { followTheme } from "../shared/theme";
import { followLanguage } from "../shared/words";

followLanguage();
followTheme();
const root = document.getElementById("app");
if (root) render(<LanguageButton />, root);
