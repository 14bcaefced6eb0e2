/* The camera: switched on by a button, off as soon as nobody looks at it.

   1. Nothing is asked of the browser before somebody presses the button.
   2. It goes off when a picture is taken, when the form is sent, when the screen locks, when the page is left or another
      one is looked at, and when it is unplugged.
   3. Which camera was chosen is known until the page is left and stored nowhere.
   4. Why it cannot be used has one of these names: denied, none, busy, gone, other. */

const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 } };
const JPEG_QUALITY = 0.92;

export const canBeUsed = () => Boolean(navigator.mediaDevices?.getUserMedia);

export class Camera {
  /* video: the element that shows it. whenOff(why): called whenever it goes off; why is "" when somebody wanted it. */
  constructor(video, { whenOff }) {
    this.video = video;
    this.whenOff = whenOff;
    this.chosen = "";
    this.asked = 0;
    // 2
    addEventListener("pagehide", () => this.off());
    document.addEventListener("visibilitychange", () => document.hidden && this.off());
  }

  get isOn() {
    return Boolean(this.video.srcObject);
  }

  /* Switch it on; "" when it is on, "overtaken" when it was switched off meanwhile, else why not. */
  async on(device = this.chosen) {
    this.#end();
    const asked = (this.asked += 1);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: device ? { ...WANTED, deviceId: { exact: device } } : WANTED,
      });
    } catch (error) {
      return asked === this.asked ? reasonOf(error) : "overtaken";
    }
    // The page may have been left, or the button pressed again, while the browser was asking.
    if (asked !== this.asked || document.hidden) {
      stop(stream);
      return "overtaken";
    }
    const [track] = stream.getVideoTracks();
    track.addEventListener("ended", () => this.video.srcObject === stream && this.off("gone"));
    this.chosen = track.getSettings().deviceId ?? device;
    this.video.srcObject = stream;
    try {
      await this.video.play();
    } catch {
      // Switched off while it was starting; `off` has said so.
    }
    return asked === this.asked ? "" : "overtaken";
  }

  off(why = "") {
    this.asked += 1;
    if (this.#end()) this.whenOff(why);
  }

  /* The cameras there are, as { id, name }; names are known once one may be used. */
  async devices() {
    const all = await navigator.mediaDevices.enumerateDevices().catch(() => []);
    return all.filter((device) => device.kind === "videoinput").map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  }

  /* What it shows now, as a JPEG file; never mirrored. Null when it was switched off before it showed anything. */
  async still() {
    const { asked } = this;
    if (this.video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) {
      // Another camera was chosen a moment ago, and its first picture is still to come.
      await new Promise((shows) => this.video.addEventListener("loadeddata", shows, { once: true }));
      if (asked !== this.asked) return null;
    }
    const canvas = document.createElement("canvas");
    canvas.width = this.video.videoWidth;
    canvas.height = this.video.videoHeight;
    canvas.getContext("2d").drawImage(this.video, 0, 0);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", JPEG_QUALITY));
    return new File([blob], "portrait.jpg", { type: "image/jpeg" });
  }

  #end() {
    const stream = this.video.srcObject;
    if (!stream) return false;
    this.video.srcObject = null;
    stop(stream);
    return true;
  }
}

function stop(stream) {
  for (const track of stream.getTracks()) track.stop();
}

// 4
function reasonOf(error) {
  return {
    NotAllowedError: "denied",
    SecurityError: "denied",
    NotFoundError: "none",
    OverconstrainedError: "none",
    NotReadableError: "busy",
    AbortError: "busy",
  }[error.name] ?? "other";
}
