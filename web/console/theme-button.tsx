/** Light, dark, sunlight: names the one in use and goes on to the next. */
import { Contrast, Moon, Sun } from "lucide-preact";
import { Button } from "../shared/parts";
import { nextTheme, theme } from "../shared/theme";
import { shellWords } from "./words/shell";

export function ThemeButton() {
  const said = shellWords();
  const shown = { light: { icon: Sun, words: said.themeLight }, dark: { icon: Moon, words: said.themeDark }, sun: { icon: Contrast, words: said.themeSun } }[theme.value];
  return (
    <Button look="quiet" icon={shown.icon} title={said.theme} onClick={nextTheme} data-testid="theme">
      {shown.words}
    </Button>
  );
}
