"""What Discord is to us: signatures, interactions, answers, components, its REST API. It knows no Kaltura."""
