"""What the desk page for devices says of cameras and handheld scanners, by name."""

from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    # --- the camera: why it cannot be used (static/js/desk/camera.js)
    "scanner.camera-none": _l("This device has no camera. Use a scanner, a picture, or type the code."),
    "scanner.camera-refused": _l(
        "The browser does not let this page use the camera. Allow it beside the address of this page, then try again."
    ),
    "scanner.camera-busy": _l("Another program is using the camera. Close it, then try again."),
    "scanner.camera-insecure": _l("A browser gives the camera only to pages by https. Tell whoever set this up."),
    "scanner.camera-gone": _l("The camera was unplugged. Plug it in, then try again."),
    "scanner.camera-reader": _l(
        "This browser cannot read codes from pictures. Use a newer browser, a scanner, or type the code."
    ),
    # --- the set-up of a handheld scanner
    "scanner.title": _l("Handheld scanner"),
    "scanner.lead": _l(
        "A scanner types what it reads, like a keyboard. If it and this device think of different keyboards, codes "
        "arrive spoilt. Setting it up takes a minute and is done once for each scanner."
    ),
    "scanner.kept": _l("A scanner is set up on this device."),
    "scanner.begin": _l("Set up a scanner"),
    "scanner.forget": _l("Forget the scanner"),
    "scanner.end": _l("Close the set-up"),
    "scanner.again": _l("Start again"),
    "scanner.print": _l("Print this code"),
    "scanner.go-large": _l("Next: a large code"),
    "scanner.code": _l("Test code"),
    "scanner.small-title": _l("1. Scan this code"),
    "scanner.small": _l("This is no card: it only has every character that a card’s code can have."),
    "scanner.large-title": _l("2. Scan this large code"),
    "scanner.large": _l("It is as long as the code of a card with a picture. Wait until an answer appears below."),
    "scanner.fits": _l("This scanner and this device agree. Nothing has to be changed."),
    "scanner.mapping": _l(
        "This scanner and this device think of different keyboards. This page now knows how, and turns everything back."
    ),
    "scanner.whole": _l("The large code arrived whole, in {seconds} s. This scanner is ready."),
    "scanner.slow": _l(
        "The large code arrived whole, but it took {seconds} s. In the scanner’s booklet, look for “inter-character "
        "delay” and set it to 0. Until then, scan the small code on the front of the card where it is enough."
    ),
    "scanner.dropped": _l(
        "Characters were lost on the way: {missing}. In the scanner’s booklet, look for “inter-character delay” and "
        "set it a little higher, to 5 or 10 milliseconds. Then scan again."
    ),
    "scanner.spoilt": _l("The large code arrived with other characters than the small one. Scan again."),
    "scanner.other": _l("That was another code, or only part of this one. Scan the code on this page."),
    "scanner.lost": _l("On the way from this scanner, characters change so that nobody can tell them apart any more."),
    "scanner.as-one": _l("These arrive as one and the same: {characters}"),
    "scanner.swallowed": _l("These are swallowed and change the next one: {characters}"),
    "scanner.space": _l("space"),
    "scanner.help-title": _l("The scanner itself can be set so that no keyboard is in between:"),
    "scanner.help-alt": _l(
        "Best: in its booklet, look for “ALT mode”, “universal keyboard” or “emulate numeric keypad”, and scan the "
        "setting code that stands there. It then sends each character by its number."
    ),
    "scanner.help-country": _l(
        "Or look for “keyboard country” or “keyboard language”, and scan the code for the keyboard of this device."
    ),
    "scanner.help-modes": _l(
        "Leave the connection at “USB keyboard” (HID keyboard). “HID-POS” and “serial port” do not reach this page."
    ),
    "scanner.nothing": _l("Nothing happens when I scan"),
    "scanner.nothing-plugged": _l("Is the scanner connected, or paired by Bluetooth? Does it beep?"),
    "scanner.nothing-mode": _l("It must be set to “USB keyboard” (HID keyboard), not to “HID-POS” or “serial port”."),
    "scanner.nothing-focus": _l("Click on an empty place of this page, so that the keys come here, and scan again."),
    "scanner.nothing-screen": _l("Some scanners cannot read screens. Make the screen brighter, or print this code."),
    "scanner.nothing-qr": _l("It must read QR codes. A scanner for stripes alone, with one red line, cannot."),
}
