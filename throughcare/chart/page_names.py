"""What each page about people is called in a list of who looked: the words that the person themselves may be given."""

from __future__ import annotations

PAGES = {
    "today": "Today", "search": "Search results", "arrivals": "Arrivals board", "estate-search": "Search of the estate",
    "unbooked": "Receiving somebody without a booking", "match": "Matching a booking with a record", "people": "People here",
    "patient": "The patient’s page", "timeline": "Timeline", "dangers": "What could kill", "photo": "Photo",
    "prison-says": "What the prison says",
    "first-night": "First-night screen", "first-night-answers": "First-night screen, answering",
    "first-night-steps": "First-night screen, going on", "first-night-stop": "First-night screen, meeting a stop",
    "first-night-warnings": "First-night screen, warnings that came along",
    "first-night-observed": "First-night screen, what was observed", "screen-answers": "Answers of a screen",
    "location-advice": "Advice for officers", "officer-slip": "Advice for officers, printed",
    "tomorrow-slip": "What happens next, for the person",
    "visits": "Forms, choosing one", "visit": "A form", "visit-answers": "A form, answering",
    "visit-steps": "A form, going on", "visit-stop": "A form, meeting a stop",
    "new-encounter": "Writing a contact", "entries": "Entries of one kind", "entry": "One entry", "new-entry": "Writing an entry",
    "correct-entry": "Correcting an entry", "end-flag": "Ending a flag", "record-death": "Recording a death",
    "new-immunization": "Recording a vaccination", "new-specimen": "Recording a sample", "results": "Tests and results",
    "new-result": "Recording a result", "tell-result": "Results to tell", "result-told": "Telling a result",
    "new-document": "Adding a document", "document": "A document", "document-file": "A document, the file itself",
    "document-page": "A page of a document", "more-pages": "Adding pages to a document", "correct-page": "Replacing a page",
    "identity": "Who they are", "identity-names": "Who they are, names", "identity-numbers": "Who they are, numbers",
    "identity-characteristics": "Who they are, characteristics", "identity-needs": "Who they are, what they need",
    "identity-contacts": "Who they are, people close to them", "identity-photo": "Who they are, taking a photo",
    "nhs-number": "Adding the NHS number", "merge": "Two records of one person",
    "merge-answer": "Two records of one person, answer",
    "unmerge": "Parting two records again",
    "consents": "Consents", "withdraw-consent": "Taking an agreement back", "capacity": "Whether somebody can decide",
    "disclosures": "Disclosures", "disclosure": "One disclosure", "answer-disclosure": "Answering a request to disclose",
    "wing-sheet": "Wing sheet", "handovers": "Handovers", "handover": "Health page for the way",
    "handover-in": "Health page from the way here", "handover-out": "Writing the health page for the way",
    "break-glass": "Opening in an emergency", "know-them": "Saying that one knows the person",
    "governance": "Who looked: what is to be reviewed", "review-glass": "Reviewing an emergency look",
    "who-looked": "Who looked at this record", "lift-bar": "Opening the record to somebody again",
    "packs": "Inspection packs", "ask-for-pack": "Asking for an inspection pack", "pack": "An inspection pack",
    "build-pack-again": "Building an inspection pack again", "pack-file": "An inspection pack, the file itself",
    "pack-approvals": "Inspection packs to approve", "pack-approval": "Approving an inspection pack",
    "pathways": "Pathways here", "pathway-board": "Who is on one pathway", "forecast": "What will be late", "due": "What is due",
    "caseloads": "Caseloads", "task": "A task", "tasks": "What was due", "observations": "Observation plans",
    "end-observations": "Ending an observation plan",
    "missed-observations": "Saying why observations were not taken", "scores": "Scores over time",
    "form-history": "One form over time",
    "referral-inbox": "Referrals that wait here", "referrals": "Referrals", "new-referral": "Writing a referral",
    "referral": "One referral", "answer-referral": "Answering a referral",
    "referral-attendances": "A referral, whether the person came",
    "referral-reply": "Writing the reply to a referral", "referral-slip": "The reply to a referral, printed",
    "staff": "Staff", "staff-confirm": "Letting a colleague in", "staff-cancel": "Taking an invitation back",
    "staff-end": "Ending a colleague’s role", "staff-new-code": "Letting a colleague back in", "feed": "Prison feed",
    "roll": "The prison’s roll beside our list", "roll-answer": "Saying which list is right",
}  # fmt: skip


def words(page: str) -> str:
    """A page in words; one of an earlier version, which has none any more, by its own name."""
    return PAGES.get(page, page.replace("-", " ").capitalize())
