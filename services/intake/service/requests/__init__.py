"""What borrowers ask for, and what the law gives us to do then: started, met, watched."""
