"""What every page stands on: who looks, refusals as pages, the content policy, and words for statuses."""
