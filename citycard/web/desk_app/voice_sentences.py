"""What the desk page for devices says when each card has one voice; `sentences` brings them to the page.

The table is a place and no person: whoever is sent there is told by no screen that something is wrong with the card.
"""

from typing import Any

from flask_babel import lazy_gettext as _l

SENTENCES: dict[str, Any] = {
    # --- the section
    "voice.title": _l("One card, one voice"),
    "voice.lead": _l(
        "For consultations and councils. Each card takes part once, and afterwards nobody can tell which cards did."
    ),
    "voice.none": _l(
        "No consultation is there for this device. A supervisor opens one in the office, and chooses its devices."
    ),
    "voice.fetch": _l("Ask the office"),
    "voice.no_office": _l("The office cannot be reached now. Connect this device, and ask again."),
    "voice.refused": _l("The office did not allow this. Ask again, or ask a supervisor."),
    "voice.begun": _l(
        "This consultation was begun on a device already, and its list is there and nowhere else. If that device lost "
        "it, close the consultation in the office and open another."
    ),
    "voice.from_to": _l("From {from} to {to}"),
    "voice.until": _l("Until {moment}"),
    "voice.one": _l("On this device alone. It works without the network, and the list of marks never leaves it."),
    "voice.several": _l("On several devices. Each card needs the network."),
    "voice.begin": _l("Begin on this device"),
    "voice.sure_begin": _l(
        "Begin on this device? The key and the list of marks will be here and nowhere else. No other device can take "
        "over, and what is lost here cannot be begun again."
    ),
    "voice.sure_left": _l(
        "This browser cannot delete its files at once. After the finish, traces of the key and the marks may stay in "
        "them until the data of this page are cleared in the browser's settings. Chrome and Edge from version 122 can."
    ),
    "voice.begin_yes": _l("Yes, begin here"),
    "voice.begin_no": _l("No, not here"),
    "voice.served": _l("Every card is now checked for this consultation."),
    "voice.check": _l("Now check cards"),
    "voice.record": _l("Cards issued after {day} go to the table."),
    "voice.count": _l("Cards that took part: {count}"),
    "voice.back": _l("Marks taken back: {count}"),
    "voice.finish": _l("Finish on this device"),
    "voice.sure_one": _l(
        "Finish? The key and the list of marks on this device are destroyed, and no card takes part any more. "
        "Only the number remains. Count the ballots against it first."
    ),
    "voice.sure_several": _l("Stop on this device? Its key is removed. The consultation goes on at the other devices."),
    "voice.finish_yes": _l("Yes, finish"),
    "voice.finish_no": _l("No, go on"),
    "voice.finished": _l("The consultation is finished on this device"),
    "voice.minutes": _l(
        "Write these numbers down. The key and the marks are deleted, and with them the files in which the browser had "
        "them."
    ),
    "voice.minutes_left": _l(
        "Write these numbers down. The key and the marks are deleted, but this browser may still have traces of them "
        "in its files. Before the device leaves the room, clear the data of this page in the browser's settings."
    ),
    "voice.office_knows": _l("The office knows these numbers, too."),
    "voice.office_not_told": _l("The office was not told yet. This device tells it when it is connected."),
    # --- a card
    "voice.face": _l("Is this the person?"),
    "voice.face_text": _l("Compare the face with the portrait on the card. The card counts only after your yes."),
    "voice.small": _l("Show the large code"),
    "voice.small_text": _l(
        "This is the small code, without the portrait. Turn the card over and show the large code. If it cannot be "
        "read, the card goes to the table: people look at it there."
    ),
    "voice.face_yes": _l("Yes: count this card"),
    "voice.face_no": _l("No, somebody else"),
    "voice.new": _l("Takes part – first time"),
    "voice.new_text": _l("Give the card back, and then the ballot or the voting card."),
    "voice.take_back": _l("Does not take part after all: take the mark back"),
    "voice.taken_back": _l("The mark was taken back"),
    "voice.taken_back_text": _l("This card has not taken part. It may come again. Take the ballot back, too."),
    "voice.not_back": _l("The mark could not be taken back"),
    "voice.not_back_text": _l("This card counts as having taken part. Say so at the table."),
    "voice.taken": _l("This card has taken part already"),
    "voice.taken_text": _l(
        "Give the card back. Each card takes part once. Whoever says that it was not them is heard at the table: "
        "a card can have been lent, or a mistake made."
    ),
    "voice.taken_now": _l(
        "It is the card that was counted here a moment ago. If it was only shown twice, all is well: it counts once."
    ),
    "voice.together": _l("Two cards came at once"),
    "voice.together_text": _l("Show them again, one after the other. Neither counts twice by that."),
    "voice.table": _l("Please go to the table"),
    "voice.table_text": _l(
        "This card was issued after {day}. Nothing is wrong with it. At the table, people look at each such card and "
        "decide by the rule that was announced."
    ),
    "voice.no_portrait": _l(
        "The code of this card shows no portrait. Nothing is wrong with it. At the table, people compare the face with "
        "the printed card, and decide by the rule that was announced."
    ),
    "voice.city": _l("A card of another city"),
    "voice.city_text": _l("The card is good. Only cards of this city take part in this. Give it back."),
    "voice.list": _l("This device has to be connected first"),
    "voice.list_text": _l(
        "Its list of ended cards is from before the end of {day}, and might let two cards of one holder take part. "
        "Connect it, or choose a newer desk bundle. Send people to another desk meanwhile."
    ),
    "voice.offline": _l("Nobody knows: no answer from the office"),
    "voice.offline_text": _l(
        "Whether this card took part before cannot be told now. Give out nothing. Try again here: the same card is not "
        "counted twice by that. At another desk it might be taken for one that has taken part."
    ),
    "voice.again": _l("Try again"),
    "voice.not_yet": _l("It has not begun"),
    "voice.not_yet_text": _l("Cards take part from {moment} on."),
    "voice.over": _l("The consultation is over"),
    "voice.over_text": _l("No card takes part any more. The key is destroyed."),
    "voice.left": _l("Not on this device any more"),
    "voice.left_text": _l(
        "The office does not let this device serve the consultation now. No key of it stays here. Ask a supervisor."
    ),
    # --- the browser does not write down what it is given
    "voice.stuck": _l("Not counted: the page is stuck"),
    "voice.stuck_text": _l(
        "The browser did not write this card down, so it was not counted. Give out nothing. Close this page, open it "
        "again, and show the card again."
    ),
    "voice.not_finished": _l("Not finished yet"),
    "voice.stuck_here": _l(
        "The browser does not let this page change what it keeps of the consultation. Nothing was finished, and "
        "nothing deleted. Close this page, open it again, and try again."
    ),
}
