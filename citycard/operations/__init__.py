"""What the office does: one verb a module, one transaction each.

An operation takes a session, who acts (`by`), the time, chance and keys as arguments, changes rows and writes its
audit line, and does not commit: the edge does, after a good answer. Only `issue` commits in the middle, because a
number must be on disk before the key is used.
"""
