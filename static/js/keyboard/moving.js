/* The keys are one stop of the Tab key; among them the arrow keys move, as the eye does: to the side along the row, up
   and down to the nearest key of the next line that can be seen. */

const middle = (box) => box.left + box.width / 2;

export class Moving {
  constructor(board) {
    this.board = board;
    board.addEventListener("keydown", (event) => this.#press(event));
    board.addEventListener("focusin", (event) => this.#stop(event.target.closest(".key")));
    this.refresh();
  }

  /* Call when keys came or went: one of them must be the stop. */
  refresh() {
    const keys = this.#keys();
    if (!keys.some((key) => key.tabIndex === 0)) this.#stop(keys[0]);
  }

  #keys() {
    return [...this.board.querySelectorAll(".key")].filter((key) => key.offsetParent);
  }

  #stop(key) {
    if (!key) return;
    for (const each of this.board.querySelectorAll('.key[tabindex="0"]')) each.tabIndex = -1;
    key.tabIndex = 0;
  }

  #press(event) {
    const here = event.target.closest(".key");
    if (!here || event.altKey || event.ctrlKey || event.metaKey) return;
    const keys = this.#keys();
    const boxes = new Map(keys.map((key) => [key, key.getBoundingClientRect()]));
    const from = boxes.get(here);
    // Beside: centres on one line. A wide key is beside its neighbours, whatever its height.
    const line = keys.filter((key) => Math.abs(boxes.get(key).top - from.top) < from.height / 2);
    const inLine = line.sort((a, b) => boxes.get(a).left - boxes.get(b).left);
    const at = inLine.indexOf(here);
    const nearest = (those) => {
      const off = (key) => Math.abs(boxes.get(key).top - from.top) * 1000 + Math.abs(middle(boxes.get(key)) - middle(from));
      return those.sort((a, b) => off(a) - off(b))[0];
    };
    const to = {
      ArrowRight: () => inLine[at + 1],
      ArrowLeft: () => inLine[at - 1],
      ArrowUp: () => nearest(keys.filter((key) => boxes.get(key).top < from.top - from.height / 2)),
      ArrowDown: () => nearest(keys.filter((key) => boxes.get(key).top > from.top + from.height / 2)),
      Home: () => keys[0],
      End: () => keys.at(-1),
    }[event.key];
    if (!to) return;
    event.preventDefault();
    to()?.focus();
  }
}
