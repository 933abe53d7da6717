import "../shared/fonts.css";
import "../shared/tokens.css";
import "../shared/base.css";
import "./console.css";
import { render } from "preact";
import { useRef } from "preact/hooks";
import { session } from "../shared/api";
import { followTheme } from "../shared/theme";
import { followLanguage } from "../shared/words";
import { followAnswers } from "./data";
import { followAddress } from "./router";
import { Shell } from "./shell";
import { SignIn } from "./sign-in";

function App() {
  const signedIn = session.value !== null;
  const before = useRef(false);
  const ended = before.current && !signedIn;
  before.current = signedIn;
  return signedIn ? <Shell key={session.value?.token} /> : <SignIn ended={ended} />;
}

followLanguage();
followTheme();
followAddress();
followAnswers();

const root = document.getElementById("app");
if (root) render(<App />, root);
