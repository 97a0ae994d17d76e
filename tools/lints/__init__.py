"""House rules that no general linter knows, each a small module with one function `find(module)`.

There is no exemption list: where a rule is wrong, change the rule and say why in a decision.
"""
