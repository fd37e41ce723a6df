"""What a policy says, in each of the forms that machines read. Pure: from answers and addresses to text.

A module is one form. It names the specification it follows and how coarse that is: whatever a form cannot say exactly
it says more strictly. What differs from form to form is told in docs/develop/signals.md.
"""
