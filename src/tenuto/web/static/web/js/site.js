/** Everything that improves every page. Without any of it the pages still work. */
import "./menu-box.js"
import "./moves.js"
