"""Targets and comments in words, the same in workbook and portal."""

from pipelines.reports.published import Comment, Fulfilment

OUTCOMES = {"uppfyllt": "Uppfyllt", "delvis": "Delvis uppfyllt", "ej": "Ej uppfyllt"}
NOT_TRIED = {
    "annan_statistik": "Prövas inte: målet gäller ett annat slags mått än värdet",
    "varde_saknas": "Prövas inte: det finns inget värde",
    "jamforelse_saknas": "Prövas inte: det finns inget värde för året före med samma definition",
    "rojandeskyddad": "Visas inte: värdet är röjandeskyddat",
}


def outcome(found: Fulfilment) -> str:
    """The outcome in a word or two; empty when there is none."""
    if found.utfall is None:
        return ""
    return OUTCOMES[found.utfall] + (" enligt bedömning" if found.bedomning else "")


def fulfilment(found: Fulfilment) -> str:
    """The outcome with its rule and, where a person has graded it, who, why and what the rule says."""
    rule = f"Mål: {found.regel_text}."
    by_rule = OUTCOMES[found.utfall_regel] if found.utfall_regel else NOT_TRIED[found.orsak or ""]
    if found.bedomning is None:
        return f"{by_rule}. {rule}"
    reason = (found.bedomning_skal or "").rstrip(".")
    who = f"{found.bedomd_av}, {found.bedomd_roll}"
    return f"{outcome(found)} av {who}: {reason}. Enligt regeln: {by_rule.lower()}. {rule}"


def comment(found: Comment) -> str:
    """The comment with who made it, and when."""
    return f"{found.kommentar} ({found.av}, {found.roll}, {found.tid:%Y-%m-%d})"
