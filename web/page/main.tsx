import { render } from "preact";
import { App } from "./app";
import { start } from "./library";

await start();
render(<App />, document.getElementById("page")!);
