// Putting the app on the home screen, where the browser can or the person has to.
import { install, useInstalling } from "../worker/install.ts";
import { Button } from "../ui/button.tsx";

export function InstallCard() {
  const installing = useInstalling();
  if (installing === "installed" || installing === "unknown") return null;
  return (
    <section class="card" aria-label="On the home screen">
      <h2>On the home screen</h2>
      {installing === "possible" ? (
        <Button onPress={() => void install()}>Install the app</Button>
      ) : (
        <p class="soft">Open the browser's share menu and choose “Add to Home Screen”.</p>
      )}
    </section>
  );
}
